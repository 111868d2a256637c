import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelRequest } from '../core/request.ts';
import { carryExtras } from './carry-extras.ts';

const request: ModelRequest = {
  model: 'claude',
  messages: [],
  stream: false,
  origin: 'anthropic-messages',
  extras: [{ name: 'service_tier', fieldClass: 'hint', value: 'auto' }],
};

test('the extras of a dialect cross to itself untouched', () => {
  const warnings: string[] = [];
  assert.deepEqual(carryExtras(request, 'anthropic-messages', warnings), request.extras);
  assert.deepEqual(warnings, []);
});

test('a hint is left out of another dialect with a warning that names it', () => {
  const warnings: string[] = [];
  assert.deepEqual(carryExtras(request, 'openai-chat', warnings), []);
  assert.deepEqual(warnings, ['"service_tier" was left out: openai-chat has no word for it.']);
});

test('a pinning or required field of another dialect is refused by name', () => {
  for (const fieldClass of ['pinning', 'required'] as const) {
    const pinned = { ...request, extras: [{ name: 'container', fieldClass, value: 'c_1' }] };
    assert.throws(() => carryExtras(pinned, 'openai-chat', []), {
      code: 'unsupported',
      details: { param: 'container' },
    });
  }
});
