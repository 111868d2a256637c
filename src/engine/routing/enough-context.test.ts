import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ordinaryContext } from '../../../test/support/filter-context.ts';
import { candidate, ordinary } from '../../../test/support/policy-candidates.ts';
import { applySoftFilters } from './soft-filters.ts';

const gpt = candidate('openai/gpt', { contextWindow: 128_000 });
const wide = candidate('openai/wide', { contextWindow: 400_000, maxOutputTokens: 64_000 });
const gemini = candidate('google/gemini', { contextWindow: 128_000, answerApart: true });
const strange = candidate('lab/strange', {});

const left = (
  among: readonly (typeof gpt)[],
  more: { readonly inputTokens: number; readonly outputTokensAsked?: number },
  isNamed: (model: { readonly id: string }) => boolean = () => false,
) => {
  const context = { ...ordinaryContext, features: { ...ordinary, ...more }, isNamed, isOpen: false };
  const { fit, out } = applySoftFilters({ fit: among, out: [] }, context);
  assert.deepEqual(
    [...fit.map(({ model }) => model.id), ...out.map(({ model }) => model)].toSorted(),
    among.map(({ model }) => model.id).toSorted(),
    'every model is either kept or reported',
  );
  return fit.map(({ model }) => model.id);
};

test('prompt and answer share a window, unless the model has a separate limit for each', () => {
  const asked = { inputTokens: 120_000, outputTokensAsked: 16_000 };
  assert.deepEqual(left([gpt, wide, gemini], asked), ['openai/wide', 'google/gemini']);
  assert.deepEqual(left([gpt, wide, gemini], { ...asked, outputTokensAsked: 8_000 }).length, 3);
});

test("a limit above a model's maximum output takes no more of its window than that maximum", () => {
  assert.deepEqual(left([wide, gpt], { inputTokens: 100_000, outputTokensAsked: 1_000_000 }), [
    'openai/wide',
  ]);
});

test('keeps all models if there is no limit, the window is unknown, none has room, or the model is named', () => {
  const tight = { inputTokens: 120_000, outputTokensAsked: 16_000 };
  assert.equal(left([gpt, wide], { inputTokens: 120_000 }).length, 2);
  assert.equal(left([gpt, strange], tight).length, 2);
  assert.equal(left([gpt], tight).length, 1);
  assert.deepEqual(
    left([gpt, wide], tight, ({ id }) => id === 'openai/gpt'),
    ['openai/gpt', 'openai/wide'],
  );
});
