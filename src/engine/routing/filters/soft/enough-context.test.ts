import assert from 'node:assert/strict';
import { requestFeatures } from '../../../../../test/support/request-features.ts';
import { test } from 'node:test';
import { ordinaryContext } from '../../../../../test/support/filter-context.ts';
import { candidate } from '../../../../../test/support/policy-candidates.ts';
import { applySoftFilters } from './soft-filters.ts';

const gpt = candidate('openai/gpt', { contextWindow: 128_000 });
const wide = candidate('openai/wide', { contextWindow: 400_000, maxOutputTokens: 64_000 });
const gemini = candidate('google/gemini', { contextWindow: 128_000, answerApart: true });
const strange = candidate('lab/strange', {});

const left = (
  among: readonly (typeof gpt)[],
  { prompt, answer }: { readonly prompt: number; readonly answer?: number },
  isNamed: (model: { readonly id: string }) => boolean = () => false,
) => {
  const features = requestFeatures({
    size: { prompt: { expected: prompt } },
    limits: { maxOutputTokens: answer },
  });
  const context = { ...ordinaryContext, features, isNamed, isOpen: false };
  const { fit, out } = applySoftFilters({ fit: among, out: [] }, context);
  assert.deepEqual(
    [...fit.map(({ model }) => model.id), ...out.map(({ model }) => model)].toSorted(),
    among.map(({ model }) => model.id).toSorted(),
    'every model is either kept or reported',
  );
  return fit.map(({ model }) => model.id);
};

test('prompt and answer share a window, unless the model has a separate limit for each', () => {
  const asked = { prompt: 120_000, answer: 16_000 };
  assert.deepEqual(left([gpt, wide, gemini], asked), ['openai/wide', 'google/gemini']);
  assert.deepEqual(left([gpt, wide, gemini], { ...asked, answer: 8_000 }).length, 3);
});

test("a limit above a model's maximum output takes no more of its window than that maximum", () => {
  assert.deepEqual(left([wide, gpt], { prompt: 100_000, answer: 1_000_000 }), ['openai/wide']);
});

test('keeps all models if there is no limit, the window is unknown, none has room, or the model is named', () => {
  const tight = { prompt: 120_000, answer: 16_000 };
  assert.equal(left([gpt, wide], { prompt: 120_000 }).length, 2);
  assert.equal(left([gpt, strange], tight).length, 2);
  assert.equal(left([gpt], tight).length, 1);
  assert.deepEqual(
    left([gpt, wide], tight, ({ id }) => id === 'openai/gpt'),
    ['openai/gpt', 'openai/wide'],
  );
});
