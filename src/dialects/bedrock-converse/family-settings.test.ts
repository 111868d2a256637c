import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContentPart, Message } from '../../core/wire/content.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { canStream, writeRequest } from './write-request.ts';

// Settings as the families of models at Bedrock accept them, for other models than Claude.

const says = (role: Message['role'], ...content: ContentPart[]): Message => ({ role, content });
const text = (words: string): ContentPart => ({ type: 'text', text: words });
const base: ModelRequest = { model: 'any', stream: false, messages: [says('user', text('Hello'))] };
const tools = [{ name: 'look', inputSchema: { type: 'object' } }];
const nova = 'amazon.nova-pro-v1:0';
const nova2 = 'us.amazon.nova-2-lite-v1:0';
const llama = 'us.meta.llama4-scout-17b-instruct-v1:0';
const gptOss = 'openai.gpt-oss-120b-1:0';
const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

function write(request: Partial<ModelRequest>, model: string) {
  const { body, warnings } = writeRequest({ ...base, ...request }, { model, quirks: {}, stream: false });
  const sent: JsonObject = JSON.parse(JSON.stringify(body));
  return { sent, warnings };
}

test('sampling settings are sent to every family in Converse’s fields, `top_k` in those of the family', () => {
  const request = { maxOutputTokens: 90, temperature: 0.4, topP: 0.9, topK: 7, stop: ['END'] };
  const inferenceConfig = { maxTokens: 90, temperature: 0.4, topP: 0.9, stopSequences: ['END'] };
  const messages = [{ role: 'user', content: [{ text: 'Hello' }] }];
  for (const model of [nova, nova2])
    assert.deepEqual(write(request, model), {
      sent: {
        messages,
        inferenceConfig,
        additionalModelRequestFields: { inferenceConfig: { topK: 7 } },
      },
      warnings: [],
    });
  assert.deepEqual(write(request, llama), {
    sent: { messages, inferenceConfig },
    warnings: ['"top_k" was left out: this model does not support it.'],
  });
});

test('sampling and the limit go with every effort of Nova 2 up to medium, and with none above', () => {
  const inferenceConfig = { maxTokens: 90, temperature: 0.4, topP: 0.9 };
  for (const [effort, sent] of [
    ['minimal', inferenceConfig],
    ['low', inferenceConfig],
    ['medium', inferenceConfig],
    ['high', undefined],
    ['xhigh', undefined],
    ['max', undefined],
  ] as const) {
    const asked = { reasoning: { effort }, maxOutputTokens: 90, temperature: 0.4, topP: 0.9 };
    assert.deepEqual(write(asked, nova2).sent.inferenceConfig, sent, effort);
  }
});

test('a request that only asks to show thinking gets a medium effort', () => {
  assert.deepEqual(write({ reasoning: { visible: true } }, gptOss).sent.additionalModelRequestFields, {
    reasoning_effort: 'medium',
  });
});

test('only a model that refuses tools in a stream is asked for whole answers with tools', () => {
  const called = [
    ...base.messages,
    says('assistant', { type: 'tool-call', id: 'c', name: 'look', arguments: '{}' }),
    says('user', { type: 'tool-result', callId: 'c', content: [text('Sky')], isError: false }),
  ];
  const output = { type: 'json-schema', schema: { type: 'object', properties: {} } } as const;
  const streams = (request: Partial<ModelRequest>, model: string) =>
    canStream({ ...base, ...request }, { model, quirks: {} });
  const deepseek = 'us.deepseek.r1-v1:0';
  for (const model of [claude, nova, gptOss]) {
    for (const request of [{}, { tools }, { messages: called }, { output }])
      assert.equal(streams(request, model), true, model);
  }
  for (const model of [llama, deepseek]) {
    assert.equal(streams({}, model), true);
    assert.equal(streams({ tools }, model), false);
    assert.equal(streams({ messages: called }, model), false);
    // Without schemas of its own, the model gives such an answer by calling a tool.
    assert.equal(streams({ output }, model), model === deepseek);
  }
});

test('a cache mark is sent only to a family that caches', () => {
  const request = { messages: [says('user', { type: 'text', text: 'Hello', cache: {} })] };
  const [hello, cachePoint] = [{ text: 'Hello' }, { cachePoint: { type: 'default' } }];
  for (const model of [claude, nova])
    assert.deepEqual(write(request, model).sent.messages, [{ role: 'user', content: [hello, cachePoint] }]);
  for (const model of [llama, gptOss])
    assert.deepEqual(write(request, model), {
      sent: { messages: [{ role: 'user', content: [hello] }] },
      warnings: ['A cache hint was left out: this model has no prompt cache.'],
    });
});

test('a last message of the assistant is followed by a request to go on only if it is to be continued', () => {
  const last = (part: ContentPart, model: string) => {
    const { messages } = write({ tools, messages: [...base.messages, says('assistant', part)] }, model).sent;
    return Array.isArray(messages) ? messages.at(-1) : undefined;
  };
  const opus = 'anthropic.claude-opus-4-7';
  assert.deepEqual(last(text('Well'), opus), {
    role: 'user',
    content: [{ text: 'Go on from exactly where your last message ends.' }],
  });
  assert.deepEqual(last({ type: 'tool-call', id: 'c', name: 'look', arguments: '{}' }, opus), {
    role: 'assistant',
    content: [{ toolUse: { toolUseId: 'c', name: 'look', input: {} } }],
  });
});
