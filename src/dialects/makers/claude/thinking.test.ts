import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelRequest, Reasoning } from '../../../core/wire/request.ts';
import { claudeHabits } from './habits.ts';
import { claudeThinking } from './thinking.ts';

function write(
  reasoning: Reasoning | undefined,
  model: string,
  {
    forced = false,
    maxTokens = 10_000,
    ...more
  }: Partial<ModelRequest> & { forced?: boolean; maxTokens?: number } = {},
) {
  const warnings: string[] = [];
  const request = { model: 'm', stream: false, messages: [], ...(reasoning && { reasoning }), ...more };
  const target = { model, quirks: {}, stream: false };
  const settings = claudeThinking(
    { request, target, habits: claudeHabits(model), warnings },
    maxTokens,
    forced,
  );
  return { settings, warnings };
}

const byBudget = 'claude-sonnet-4-5';
const adaptive = 'claude-opus-4-7';
const always = 'claude-opus-5-5';
const tools = [{ name: 'look', inputSchema: { type: 'object' } }];

test('each effort is a share of the output limit for a model that thinks with a budget', () => {
  for (const [effort, budget_tokens] of [
    ['minimal', 2_000],
    ['low', 4_000],
    ['medium', 10_000],
    ['high', 16_000],
    ['xhigh', 18_000],
    ['max', 19_000],
  ] as const)
    assert.deepEqual(write({ effort }, byBudget, { maxTokens: 20_000 }), {
      settings: { thinking: { type: 'enabled', budget_tokens } },
      warnings: [],
    });
  const thinking = (budgetTokens: number) => write({ budgetTokens }, byBudget).settings.thinking;
  assert.deepEqual(thinking(3_000), { type: 'enabled', budget_tokens: 3_000 });
  assert.deepEqual(thinking(10), { type: 'enabled', budget_tokens: 1_024 });
  assert.deepEqual(thinking(20_000), { type: 'enabled', budget_tokens: 9_999 });
});

test('hidden thoughts are left out of the reply', () => {
  assert.deepEqual(write({ budgetTokens: 3_000, visible: false }, byBudget).settings, {
    thinking: { type: 'enabled', budget_tokens: 3_000, display: 'omitted' },
  });
  assert.deepEqual(write({ effort: 'high', visible: false }, adaptive).settings, {
    thinking: { type: 'adaptive', display: 'omitted' },
    effort: 'high',
  });
  assert.deepEqual(write({ effort: 'high', visible: true }, adaptive).settings, {
    thinking: { type: 'adaptive', display: 'summarized' },
    effort: 'high',
  });
});

test('a call that must call a tool is sent without thinking, and keeps its effort', () => {
  assert.deepEqual(write({ effort: 'high' }, adaptive, { forced: true, tools }), {
    settings: { effort: 'high' },
    warnings: ['Thinking was left out: a forced tool call excludes it.'],
  });
  assert.deepEqual(write({ effort: 'high' }, byBudget, { forced: true, tools }), {
    settings: {},
    warnings: ['Thinking was left out: a forced tool call excludes it.'],
  });
  assert.deepEqual(write(undefined, always, { forced: true, tools }), { settings: {}, warnings: [] });
});

test('a model that always thinks gets the lowest effort for a request not to think', () => {
  const warnings = ['This model always thinks; the lowest effort was requested instead.'];
  const off = { effort: 'none' } as const;
  assert.deepEqual(write(off, always), { settings: { effort: 'low' }, warnings });
  assert.deepEqual(write(off, always, { forced: true, tools }), { settings: { effort: 'low' }, warnings });
  assert.deepEqual(write(off, always, { tools, origin: 'openai-chat' }), {
    settings: { thinking: { type: 'adaptive', display: 'summarized' }, effort: 'low' },
    warnings,
  });
  assert.deepEqual(write(off, always, { tools, origin: 'anthropic-messages' }).settings, { effort: 'low' });
});

test('thinking is switched off as the generation requires', () => {
  for (const [model, settings] of [
    [byBudget, {}],
    [adaptive, {}],
    ['claude-opus-5', { thinking: { type: 'disabled' } }],
    ['claude-sonnet-5-5', { thinking: { type: 'between_tools' } }],
  ] as const) {
    for (const off of [{ effort: 'none' }, { budgetTokens: 0 }] as const)
      assert.deepEqual(write(off, model), { settings, warnings: [] }, model);
  }
});
