import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestFeatures } from '../../../../test/support/request-features.ts';
import { ordinaryContext } from '../../../../test/support/filter-context.ts';
import type { DialectId } from '../../../core/wire/content.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { FilterContext } from './filter.ts';
import { ruledOut } from './hard-filters.ts';

const features = requestFeatures();

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

const open: FilterContext = { ...ordinaryContext, features, isOpen: false };

test('a provider is ruled out if this build has a codec for none of its dialects', () => {
  const context = { ...open, speaks: (dialect: DialectId) => dialect === 'openai-chat' };
  assert.deepEqual(ruledOut(candidate('google-generate'), context), {
    rule: 'dialect',
    reason: 'its provider uses google-generate, which this build does not support',
  });
  assert.equal(ruledOut(candidate('google-generate', 'openai-chat'), context), undefined);
});

test('a call pinned to a dialect rules out providers that do not support it', () => {
  const pinned = requestFeatures({ pin: { field: 'a file id', dialects: ['openai-responses'] } });
  const context = { ...open, features: pinned };
  assert.equal(ruledOut(candidate('openai-chat'), context)?.rule, 'dialect');
  assert.equal(ruledOut(candidate('openai-chat', 'openai-responses'), context), undefined);

  const pin = { field: 'modalities', dialects: ['openai-chat', 'google-generate'] as const };
  const drawn = { ...open, speaks: () => true, features: requestFeatures({ pin }) };
  for (const dialect of pin.dialects) assert.equal(ruledOut(candidate(dialect), drawn), undefined);
  const { rule, reason } = ruledOut(candidate('anthropic-messages'), drawn) ?? {};
  assert.deepEqual(
    [rule, reason],
    ['dialect', 'modalities requires a provider that supports openai-chat or google-generate'],
  );
});

const at = (region: string | undefined, more: Partial<Candidate['model']> = {}): Candidate => {
  const one = candidate('openai-chat');
  return {
    model: { ...one.model, ...more },
    deployment: { ...one.deployment, ...(region !== undefined && { region }) },
  };
};
const ruleOf = (one: Candidate, context: Partial<FilterContext>) =>
  ruledOut(one, { ...open, ...context })?.rule;

test('config and key both limit regions; an unnamed region matches none, and a local model is always allowed', () => {
  const allowed = [{ regions: ['eu-*'] }, { regions: ['eu-central-1'] }];
  assert.equal(ruleOf(at('eu-central-1'), { allowed }), undefined);
  assert.equal(ruleOf(at('eu-west-1'), { allowed }), 'data-policy');
  assert.equal(ruleOf(at(undefined), { allowed }), 'data-policy');
  assert.equal(ruleOf(at(undefined, { local: true }), { allowed }), undefined);
});

test('providers are limited by patterns of their ids', () => {
  assert.equal(ruleOf(at(undefined), { allowed: [{ providers: ['la*'] }] }), undefined);
  assert.equal(ruleOf(at(undefined), { allowed: [{ providers: ['azure'] }] }), 'data-policy');
});

test('an unknown price is ruled out by a ceiling, unless its model is named and the caller is not strict', () => {
  const capped = requestFeatures({ limits: { maxCostUsd: 0.001 } });
  const isNamed = () => true;
  const unknown = at(undefined);
  assert.equal(ruleOf(unknown, {}), undefined);
  assert.equal(ruleOf(unknown, { features: capped }), 'price');
  assert.equal(ruleOf(unknown, { features: capped, isNamed }), undefined);
  assert.equal(ruleOf(unknown, { features: capped, isNamed, strict: true }), 'price');
  const providerPreferences = { maxPrice: { prompt: 1 } };
  assert.equal(ruleOf(unknown, { providerPreferences }), 'price');
  assert.equal(ruleOf(unknown, { providerPreferences, isNamed }), undefined);
  const local = { ...unknown, model: { ...unknown.model, local: true } };
  assert.equal(ruleOf(local, { features: capped }), undefined);
});

test('rules out a provider if the request has more tools than it accepts', () => {
  const limited = (...dialects: DialectId[]): Candidate => {
    const { model, deployment } = candidate(...dialects);
    return {
      model,
      deployment: { ...deployment, provider: { ...deployment.provider, quirks: { maxTools: 128 } } },
    };
  };
  const offering = (toolCount: number, clientDialect: DialectId = 'openai-chat') => ({
    ...open,
    features: requestFeatures({ request: { toolCount, clientDialect } }),
  });
  assert.equal(ruledOut(limited('openai-chat'), offering(128)), undefined);
  assert.equal(ruledOut(candidate('openai-chat'), offering(150)), undefined);
  assert.deepEqual(ruledOut(limited('openai-chat'), offering(150)), {
    rule: 'capability',
    reason: 'its provider accepts at most 128 tools, the request has 150',
  });
  // Relayed: OpenAI counts a namespace with all of its tools as one.
  assert.equal(ruledOut(limited('openai-responses'), offering(150, 'openai-responses')), undefined);
  assert.ok(ruledOut(limited('openai-chat'), offering(150, 'openai-responses')));
});

test('a strict caller waits for no model that was too slow, even one that it named', () => {
  const stats = {
    of: () => ({ healthy: true, inFlight: 0, waits: { whole: { ms: 900, at: features.at } } }),
  };
  const hurried = {
    features: requestFeatures({ limits: { maxLatencyMs: 500 } }),
    stats,
    isNamed: () => true,
  };
  assert.equal(ruleOf(at(undefined), hurried), undefined);
  assert.equal(ruleOf(at(undefined), { ...hurried, strict: true }), 'latency');
});

test('what the key of a call does not own is found only with a credential of its caller', () => {
  const foreign = { id: 'resp_1', param: 'previous_response_id' };
  const ours = candidate('openai-chat');
  assert.equal(ruleOf(ours, { foreign }), 'origin');
  assert.equal(
    ruleOf({ ...ours, deployment: { ...ours.deployment, payer: 'caller' } }, { foreign }),
    undefined,
  );
});
