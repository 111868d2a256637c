import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReasoningEffort } from '../../core/wire/request.ts';
import { geminiHabits, geminiLevels, thinkingConfig } from './gemini-habits.ts';

const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

test('thinking by levels: each Gemini since the third gets its nearest level for each effort', () => {
  const all: readonly ReasoningEffort[] = ['minimal', 'low', 'medium', 'high'];
  for (const [model, levels] of [
    ['gemini-3-flash', all],
    ['gemini-3.6-flash', all],
    ['gemini-3.5-flash-lite', all],
    ['gemini-flash-lite-latest', all],
    ['some-model', all],
    ['gemini-3.7-flash', ['low', 'medium', 'high']],
    ['gemini-flash-latest', ['low', 'medium', 'high']],
    ['gemini-3.1-pro-preview', ['low', 'medium', 'high']],
    ['gemini-3-pro-preview', ['low', 'high']],
    ['gemini-3-pro-image-preview', ['low', 'high']],
    ['gemini-3.1-flash-image', ['minimal', 'high']],
  ] as const) {
    const habits = geminiHabits(model);
    assert.deepEqual(habits.thinking, { by: 'level', levels }, model);
    if (/\d/.test(model)) assert.deepEqual(geminiLevels(model), levels);
    for (const effort of levels)
      assert.deepEqual(thinkingConfig({ effort }, habits, []), { thinkingLevel: effort });
    for (const effort of ['xhigh', 'max'] as const)
      assert.deepEqual(thinkingConfig({ effort }, habits, []), { thinkingLevel: 'high' });
  }
  assert.equal(geminiLevels('gemini-2.5-pro'), undefined);
  assert.equal(geminiLevels('some-model'), undefined);
});

test('thinking by budgets: each earlier Gemini gets Google’s budget for each effort', () => {
  const budgets = [1024, 1024, 8192, 24_576, 24_576, 24_576];
  for (const [model, off] of [
    ['gemini-2.5-flash', 0],
    ['gemini-2.5-flash-lite', 0],
    ['gemini-2.5-pro', 128],
  ] as const) {
    const habits = geminiHabits(model);
    const sent = efforts.map((effort) => thinkingConfig({ effort }, habits, []));
    const wanted = [off, ...budgets].map((thinkingBudget) => ({ thinkingBudget }));
    assert.deepEqual(sent, wanted, model);
  }
});

test('a model that never thinks gets no setting for it, and a client that wants thoughts is told so', () => {
  for (const [effort, warned] of [
    ['none', 0],
    ['high', 1],
  ] as const) {
    const warnings: string[] = [];
    for (const model of ['gemma-3-27b-it', 'gemma-3n-e4b-it'])
      assert.equal(thinkingConfig({ effort, visible: true }, geminiHabits(model), warnings), undefined);
    assert.equal(warnings.length, 2 * warned);
  }
  assert.ok(thinkingConfig({ effort: 'high' }, geminiHabits('gemma-4-31b-it'), []));
});

test('that a model always thinks is said to a client that wants it not to', () => {
  for (const [model, warned] of [
    ['gemini-2.5-flash', 0],
    ['gemini-2.5-pro', 1],
    ['gemini-3-flash', 0],
    ['gemini-3.7-flash', 1],
    ['gemini-3-pro', 1],
  ] as const) {
    const warnings: string[] = [];
    thinkingConfig({ effort: 'none' }, geminiHabits(model), warnings);
    assert.equal(warnings.length, warned, model);
  }
});

test('generations differ in schemas next to tools, in signatures and in the price of a search', () => {
  for (const [model, third, signed] of [
    ['gemini-2.5-pro', false, false],
    ['gemini-3-flash', true, true],
    ['gemini-flash-latest', true, true],
    ['some-model', true, false],
  ] as const) {
    const { thinking: _, ...rest } = geminiHabits(model);
    const wanted = {
      systemPrompt: true,
      jsonMode: true,
      schemaWithTools: third,
      demandsSignatures: signed,
      billsEverySearch: third,
    };
    assert.deepEqual(rest, wanted, model);
  }
});
