import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelRequest } from '../../core/wire/request.ts';
import { carryExtras } from './carry-extras.ts';

const request: ModelRequest = {
  model: 'claude',
  messages: [],
  stream: false,
  origin: 'anthropic-messages',
  extras: [{ name: 'service_tier', fieldClass: 'hint', value: 'auto' }],
};

test('extra fields sent to their own dialect are unchanged', () => {
  const warnings: string[] = [];
  assert.deepEqual(carryExtras({ request, warnings }, 'anthropic-messages'), request.extras);
  assert.deepEqual(warnings, []);
});

test('a hint is left out for another dialect, with a warning that names it', () => {
  const warnings: string[] = [];
  assert.deepEqual(carryExtras({ request, warnings }, 'openai-chat'), []);
  assert.deepEqual(warnings, ['"service_tier" was left out: openai-chat does not support it.']);
});

test('the fields that both OpenAI dialects have', () => {
  for (const [chat, responses] of [
    ['metadata', 'metadata'],
    ['service_tier', 'service_tier'],
    ['prompt_cache_key', 'prompt_cache_key'],
    ['prompt_cache_retention', 'prompt_cache_retention'],
    ['safety_identifier', 'safety_identifier'],
    ['verbosity', 'text.verbosity'],
  ] as const) {
    const warnings: string[] = [];
    const field = { name: chat, fieldClass: 'hint' as const, value: 'x' };
    const from = { ...request, origin: 'openai-chat' as const, extras: [field] };
    assert.deepEqual(carryExtras({ request: from, warnings }, 'openai-responses'), [
      { ...field, name: responses },
    ]);
    assert.deepEqual(warnings, [], chat);
  }
});

test('fields that both OpenAI dialects have go from Chat Completions to Responses, but not the other way', () => {
  const hint = (name: string) => ({ name, fieldClass: 'hint' as const, value: 'low' });
  const warnings: string[] = [];
  const chat = {
    ...request,
    origin: 'openai-chat' as const,
    extras: [hint('verbosity'), hint('logit_bias')],
  };
  assert.deepEqual(carryExtras({ request: chat, warnings }, 'openai-responses'), [hint('text.verbosity')]);
  assert.deepEqual(warnings, ['"logit_bias" was left out: openai-responses does not support it.']);
  warnings.length = 0;
  const responses = { ...request, origin: 'openai-responses' as const, extras: [hint('text.verbosity')] };
  assert.deepEqual(carryExtras({ request: responses, warnings }, 'openai-chat'), []);
  assert.match(warnings.join(), /"text\.verbosity" was left out: many providers of openai-chat reject/);
});

test('a pinning or required field of another dialect is rejected by name', () => {
  for (const fieldClass of ['pinning', 'required'] as const) {
    const pinned = { ...request, extras: [{ name: 'container', fieldClass, value: 'c_1' }] };
    assert.throws(() => carryExtras({ request: pinned, warnings: [] }, 'openai-chat'), {
      code: 'unsupported',
      details: { param: 'container' },
    });
  }
});

test('warnings name a lost field as the client does', () => {
  const warnings: string[] = [];
  const options = { Read: { eager_input_streaming: true }, Grep: { defer_loading: true } };
  const extras = [
    { name: 'tools.options', fieldClass: 'hint' as const, value: options },
    { name: 'tools.1.format', fieldClass: 'hint' as const, value: 'lark', inWords: true as const },
  ];
  carryExtras({ request: { ...request, extras }, warnings }, 'openai-chat');
  assert.deepEqual(warnings, [
    '"tools" (eager_input_streaming, defer_loading) was left out: openai-chat does not support it.',
    '"tools.1.format" was written into the prompt: openai-chat cannot enforce it.',
  ]);
});

test('a grammar that only the prompt tells is warned about at other providers of its own dialect too', () => {
  const warnings: string[] = [];
  const grammar = {
    name: 'tools.1.custom.format',
    fieldClass: 'hint' as const,
    value: 'lark',
    inWords: true as const,
  };
  const chat = { ...request, origin: 'openai-chat' as const, extras: [grammar] };
  assert.deepEqual(carryExtras({ request: chat, warnings }, 'openai-chat'), []);
  assert.deepEqual(warnings, [
    '"tools.1.custom.format" was written into the prompt: this provider cannot enforce it.',
  ]);
});
