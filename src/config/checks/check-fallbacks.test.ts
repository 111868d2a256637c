import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../test/support/policy-candidates.ts';
import { ConclaveError } from '../../core/errors.ts';
import { checkFallbacks, type KnownNames } from './check-fallbacks.ts';

const { model } = candidate('anthropic/opus', { tier: 'frontier', family: 'claude' });
const known: KnownNames = {
  resolve(name) {
    if (name === 'auto') return { kind: 'auto', localOnly: false };
    if (name === 'openai/gpt')
      throw new ConclaveError('model_not_found', 'openai is not configured', { missingProvider: 'openai' });
    if (name !== 'opus' && name !== model.id)
      throw new ConclaveError('model_not_found', `no model "${name}"`);
    return { kind: 'model', model, viaAlias: name === 'opus', warnings: [] };
  },
  providerNames: new Set(['anthropic', 'openai']),
};

test('fallbacks that would never be tried are refused, with the probably intended name', () => {
  const wrong: [fallbacks: Record<string, string[]>, message: RegExp][] = [
    [
      { 'antropic/*': ['opus'] },
      /fallbacks\.antropic\/\*: there is no provider .*did you mean "anthropic"\?/,
    ],
    [{ opus: ['opus'] }, /fallbacks\.opus: write the id, anthropic\/opus/],
    [{ 'anthropic/opsu': ['opus'] }, /fallbacks\.anthropic\/opsu: no model/],
    [{ auto: ['opus'] }, /fallbacks\.auto: "auto" leaves the choice open/],
    [{ 'anthropic/*': ['auto'] }, /fallbacks\.anthropic\/\*: "auto" leaves the choice open; name a model/],
    [
      { 'anthropic/*': ['anthropic/*'] },
      /fallbacks\.anthropic\/\*: "anthropic\/\*" is a pattern; name a model/,
    ],
    [{ [model.id]: ['opus'] }, /fallbacks\.anthropic\/opus: "opus" is the same model; name another/],
  ];
  for (const [fallbacks, message] of wrong)
    assert.throws(() => checkFallbacks(fallbacks, known), { code: 'configuration', message });
  checkFallbacks({ 'anthropic/*': ['opus'], '*/*mini*': ['opus'], 'openai/gpt': [model.id] }, known);
});
