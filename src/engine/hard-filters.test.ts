import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DialectId } from '../core/content.ts';
import type { RequestFeatures } from '../core/plan.ts';
import type { Candidate } from '../core/provider.ts';
import { ruledOut } from './hard-filters.ts';

const features: RequestFeatures = {
  requestedModel: 'lab/one',
  localOnly: false,
  needs: [],
  inputTokens: 10,
  inputTokensUpperBound: 20,
  outputTokens: 100,
  stream: false,
  tags: [],
  at: 0,
};
const principal = { keyId: 'k', name: 'k', hardBudget: false, admin: false };

function candidate(...dialects: DialectId[]): Candidate {
  const endpoints = dialects.map((dialect) => ({ dialect, baseUrl: 'http://lab' }));
  const base = { id: 'lab', name: 'Lab', auth: 'none', keyVariables: [], quirks: {}, local: false } as const;
  return {
    model: {
      id: 'lab/one',
      provider: 'lab',
      name: 'one',
      family: 'one',
      capabilities: {},
      strengths: [],
      weaknesses: [],
      local: false,
    },
    deployment: {
      id: 'lab',
      provider: { ...base, dialects: endpoints },
      endpoints,
      weight: 1,
      simulated: false,
    },
  };
}

test('a provider is left out where this build speaks none of its dialects, not where it speaks one', () => {
  const sieve = { features, principal, speaks: (dialect: DialectId) => dialect === 'openai-chat' };
  assert.deepEqual(ruledOut(candidate('google-generate'), sieve), {
    rule: 'dialect',
    reason: 'its provider speaks google-generate, which this build does not',
  });
  assert.equal(ruledOut(candidate('google-generate', 'openai-chat'), sieve), undefined);
});

test('a call that is pinned to a dialect leaves out who does not speak it', () => {
  const pinned = { ...features, pinnedDialect: 'openai-responses' as const };
  const sieve = { features: pinned, principal, speaks: () => true };
  assert.equal(ruledOut(candidate('openai-chat'), sieve)?.rule, 'dialect');
  assert.equal(ruledOut(candidate('openai-chat', 'openai-responses'), sieve), undefined);
});
