import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WireTarget } from '../../src/core/wire/dialect.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { dialects } from '../../src/dialects/index.ts';

const mark = { type: 'ephemeral', ttl: '1h' };
const schema = { type: 'object', properties: {} };
const asked: Readonly<Record<'anthropic-messages' | 'openai-chat', JsonObject>> = {
  'anthropic-messages': {
    model: 'm',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'Hi' }],
    tools: [{ name: 'look', input_schema: schema, cache_control: mark }],
  },
  'openai-chat': {
    model: 'm',
    messages: [{ role: 'user', content: 'Hi' }],
    tools: [{ type: 'function', function: { name: 'look', parameters: schema }, cache_control: mark }],
  },
};

/** What each dialect makes of a mark on a tool, as JSON; absent: it does not support one, and warns. */
const written: Readonly<Record<string, RegExp>> = {
  'anthropic-messages': /"cache_control":\{"type":"ephemeral","ttl":"1h"\}/,
  'bedrock-converse': /"cachePoint":\{"type":"default","ttl":"1h"\}/,
};

for (const [origin, body] of Object.entries(asked)) {
  for (const { id, writeRequest } of dialects) {
    test(`a mark for caching on a tool of ${origin} reaches ${id}, or is said to be left out`, () => {
      const reader = dialects.find((dialect) => dialect.id === origin);
      assert.ok(reader);
      const target: WireTarget = { model: 'claude-sonnet-4-6', quirks: {}, stream: false };
      const wire = writeRequest(reader.readRequest(body), target);
      const expected = written[id];
      if (expected) assert.match(JSON.stringify(wire.body), expected);
      else assert.match(wire.warnings.join('\n'), /Marks for prompt caching were left out/);
    });
  }
}

test('a provider that accepts cache marks in OpenAI’s format gets them on tools too', () => {
  const chat = dialects.find(({ id }) => id === 'openai-chat');
  assert.ok(chat);
  const target: WireTarget = { model: 'm', quirks: { cacheControl: true }, stream: false };
  const wire = chat.writeRequest(chat.readRequest(asked['openai-chat']), target);
  assert.match(JSON.stringify(wire.body), /"cache_control":\{"type":"ephemeral","ttl":"1h"\}/);
  assert.deepEqual(wire.warnings, []);
});
