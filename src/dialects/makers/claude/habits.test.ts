import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claudeHabits, type ClaudeHabits } from './habits.ts';

test('the generation is read from every form of Claude’s name', () => {
  for (const name of [
    'claude-sonnet-4-20250514',
    'us.anthropic.claude-sonnet-4-20250514-v1:0',
    'claude-3-7-sonnet-20250219',
    'claude-3-haiku@20240307',
    'anthropic.claude-v2:1',
  ]) {
    const { thinking, sampling, schema, prefill } = claudeHabits(name);
    assert.deepEqual({ thinking, sampling, schema, prefill }, oldHabits, name);
  }
  assert.equal(claudeHabits('claude-haiku-4-5-20251001').schema, true);
  assert.equal(claudeHabits('global.anthropic.claude-opus-4-6-v1:0').thinking, 'either');
  assert.equal(claudeHabits('global.anthropic.claude-opus-4-6-v1:0').sampling, 'one');
  assert.equal(claudeHabits('anthropic/claude-4.7-opus').sampling, 'none');
});

const oldHabits = { thinking: 'budget', sampling: 'all', schema: false, prefill: true };

test('families differ within a generation', () => {
  assert.equal(claudeHabits('claude-opus-4-8').systemTurns, true);
  assert.equal(claudeHabits('claude-sonnet-5').systemTurns, false);
  assert.equal(claudeHabits('claude-fable-5').systemTurns, true);
  assert.equal(claudeHabits('claude-fable-5').turnEffort, false);
  assert.equal(claudeHabits('claude-opus-5').turnEffort, true);
  assert.equal(claudeHabits('claude-opus-4-8').thinkingOff, 'omit');
  assert.equal(claudeHabits('claude-opus-5').thinkingOff, 'disabled');
  assert.equal(claudeHabits('claude-opus-5-5').thinkingOff, 'never');
  assert.equal(claudeHabits('claude-sonnet-5-5').thinkingOff, 'between_tools');
  assert.equal(claudeHabits('claude-haiku-5-5').forcedTools, true);
  assert.equal(claudeHabits('claude-fable-5-1').forcedTools, false);
});

const first: ClaudeHabits = {
  maxOutputTokens: 4_096,
  sharesOutputLimit: false,
  thinking: 'budget',
  thinkingOff: 'omit',
  efforts: [],
  sampling: 'all',
  forcedTools: true,
  schema: false,
  systemTurns: false,
  turnEffort: false,
  prefill: true,
  bindsThoughts: false,
  cachesPrompts: false,
};
const third: ClaudeHabits = { ...first, cachesPrompts: true, sharesOutputLimit: true };
const fourth: ClaudeHabits = { ...third, maxOutputTokens: 32_000, sharesOutputLimit: false };
const since45: ClaudeHabits = {
  ...fourth,
  maxOutputTokens: 64_000,
  sharesOutputLimit: true,
  sampling: 'one',
  schema: true,
};
const since46: ClaudeHabits = {
  ...since45,
  sharesOutputLimit: false,
  thinking: 'either',
  efforts: ['low', 'medium', 'high', 'max'],
  prefill: false,
};
const since47: ClaudeHabits = {
  ...since46,
  thinking: 'adaptive',
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  sampling: 'none',
};
const fifth: ClaudeHabits = { ...since47, thinkingOff: 'disabled' };
const speaking: ClaudeHabits = { ...fifth, systemTurns: true, turnEffort: true };
const binding: ClaudeHabits = { ...speaking, bindsThoughts: true };
const unforced: ClaudeHabits = { ...binding, thinkingOff: 'never', forcedTools: false };
const fable5: ClaudeHabits = { ...unforced, forcedTools: true, turnEffort: false };

test('each model has all habits of its generation', () => {
  for (const [model, habits] of [
    ['deepseek-v4', { ...first, schema: true }],
    ['claude-v2:1', first],
    ['claude-3-haiku-20240307', third],
    ['claude-3-5-haiku-20241022', { ...third, maxOutputTokens: 8_192 }],
    ['claude-3-7-sonnet-20250219', fourth],
    ['claude-sonnet-4-20250514', fourth],
    ['claude-opus-4-20250514', fourth],
    ['claude-opus-4-1-20250805', { ...fourth, sampling: 'one' }],
    ['claude-opus-4-5', since45],
    ['claude-sonnet-4-5', since45],
    ['claude-haiku-4-5', since45],
    ['claude-opus-4-6', since46],
    ['claude-sonnet-4-6', since46],
    ['claude-opus-4-7', since47],
    ['claude-opus-4-8', { ...since47, systemTurns: true }],
    ['claude-sonnet-4-8', since47],
    ['claude-sonnet-5', fifth],
    ['claude-haiku-5', fifth],
    ['claude-opus-5', speaking],
    ['claude-haiku-5-5', binding],
    ['claude-sonnet-5-5', { ...unforced, thinkingOff: 'between_tools' }],
    ['claude-opus-5-5', unforced],
    ['claude-fable-5', fable5],
    ['claude-mythos-5', fable5],
    ['claude-fable-5-1', unforced],
    ['claude-mythos-5-1', unforced],
    ['claude-mythos-preview', unforced],
    ['claude-latest', speaking],
  ] as const)
    assert.deepEqual(claudeHabits(model), habits, model);
});

test('a Claude without a number has the newest habits, another maker’s model the oldest', () => {
  assert.equal(claudeHabits('claude-mythos-preview').thinking, 'adaptive');
  assert.equal(claudeHabits('claude-opus-latest').forcedTools, false);
  assert.equal(claudeHabits('deepseek-v4').thinking, 'budget');
  assert.equal(claudeHabits('deepseek-v4').sampling, 'all');
});
