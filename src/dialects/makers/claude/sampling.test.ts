import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelRequest } from '../../../core/wire/request.ts';
import { claudeHabits } from './habits.ts';
import { claudeSampling } from './sampling.ts';

function write(settings: Partial<ModelRequest>, model: string, thinking: boolean) {
  const warnings: string[] = [];
  const request = { model: 'm', stream: false, messages: [], ...settings };
  const target = { model, quirks: {}, stream: false };
  const sent = claudeSampling({ request, target, habits: claudeHabits(model), warnings }, thinking);
  return { sent, warnings };
}

const all = { temperature: 0.5, topP: 0.9, topK: 5 };
const older = 'claude-sonnet-4-20250514';
const newer = 'claude-sonnet-4-5';
const newest = 'claude-opus-4-7';

test('each setting is sent to a model that accepts it', () => {
  assert.deepEqual(write(all, older, false), {
    sent: { temperature: 0.5, top_p: 0.9, top_k: 5 },
    warnings: [],
  });
  assert.deepEqual(write({ topP: 0.9 }, newer, false), { sent: { top_p: 0.9 }, warnings: [] });
  assert.deepEqual(write(all, newer, false), {
    sent: { temperature: 0.5, top_k: 5 },
    warnings: ['"top_p" was left out: this model accepts either it or "temperature".'],
  });
  assert.deepEqual(write({ temperature: 1.5 }, older, false), {
    sent: { temperature: 1 },
    warnings: ['"temperature" was lowered from 1.5 to 1, the maximum for Claude.'],
  });
});

test('next to thinking only a temperature of 1 is sent', () => {
  for (const model of [older, newer]) {
    assert.deepEqual(write(all, model, true), {
      sent: {},
      warnings: ['temperature', 'top_p', 'top_k'].map(
        (member) => `"${member}" was left out: thinking excludes it.`,
      ),
    });
    assert.deepEqual(write({ temperature: 1 }, model, true), { sent: { temperature: 1 }, warnings: [] });
    assert.deepEqual(write({ topP: 1 }, model, true), {
      sent: {},
      warnings: ['"top_p" was left out: thinking excludes it.'],
    });
  }
});

test('a model without sampling settings gets none, and values that change nothing are not named', () => {
  assert.deepEqual(write(all, newest, false), {
    sent: {},
    warnings: ['temperature', 'top_p', 'top_k'].map(
      (member) => `"${member}" was left out: this model does not support it.`,
    ),
  });
  assert.deepEqual(write({ temperature: 1, topP: 1 }, newest, false), { sent: {}, warnings: [] });
  assert.deepEqual(write({ topK: 1 }, newest, false).warnings.length, 1);
});

test('settings that Anthropic’s API does not have are named', () => {
  const { sent, warnings } = write({ seed: 1, frequencyPenalty: 0.1, presencePenalty: 0.1 }, older, false);
  assert.deepEqual(sent, {});
  assert.deepEqual(
    warnings,
    ['seed', 'frequency_penalty', 'presence_penalty'].map(
      (member) => `"${member}" was left out: this API does not support it.`,
    ),
  );
});
