import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claudeHabits } from './habits.ts';

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

test('a Claude without a number has the newest habits, another maker’s model the oldest', () => {
  assert.equal(claudeHabits('claude-mythos-preview').thinking, 'adaptive');
  assert.equal(claudeHabits('claude-opus-latest').forcedTools, false);
  assert.equal(claudeHabits('deepseek-v4').thinking, 'budget');
  assert.equal(claudeHabits('deepseek-v4').sampling, 'all');
});
