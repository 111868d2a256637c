import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dialect } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import anthropic from '../anthropic-messages/index.ts';
import bedrock from '../bedrock-converse/index.ts';
import google from '../google-generate/index.ts';
import { registeredType } from './registered-type.ts';
import chat from '../openai-chat/index.ts';
import responses from '../openai-responses/index.ts';

const jpeg = '/9j/4AAQ';
/** The beginning of a bitmap. */
const bmp = 'Qk02AwAA';
const dataOf = (type: string) => (type === 'image/bmp' ? bmp : jpeg);
const url = (type: string) => `data:${type};base64,${dataOf(type)}`;
const clients: Readonly<Record<string, (type: string) => readonly [Dialect, JsonObject]>> = {
  'openai-chat': (type) => [
    chat,
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: url(type) } }] }] },
  ],
  'openai-responses': (type) => [
    responses,
    { input: [{ role: 'user', content: [{ type: 'input_image', image_url: url(type) }] }] },
  ],
  'anthropic-messages': (type) => [
    anthropic,
    {
      max_tokens: 9,
      messages: [
        {
          role: 'user',
          content: [{ type: 'image', source: { type: 'base64', media_type: type, data: dataOf(type) } }],
        },
      ],
    },
  ],
  'google-generate': (type) => [
    google,
    {
      contents: [{ role: 'user', parts: [{ inlineData: { mimeType: type, data: dataOf(type) } }] }],
    },
  ],
};
const providers: Readonly<Record<string, readonly [Dialect, RegExp]>> = {
  anthropic: [anthropic, /"media_type":"image\/jpeg"/],
  bedrock: [bedrock, /"format":"jpeg"/],
  google: [google, /"mimeType":"image\/jpeg"/],
  openai: [responses, /data:image\/jpeg;base64/],
};

test('a spelling that providers reject is replaced by the registered one', () => {
  const spellings = { 'image/jpg': 'image/jpeg', 'image/pjpeg': 'image/jpeg', 'image/x-png': 'image/png' };
  for (const [spelling, registered] of Object.entries(spellings)) {
    for (const stated of [spelling, ` ${spelling.toUpperCase()} `])
      assert.equal(registeredType(stated), registered);
  }
  assert.equal(registeredType('Image/WebP'), 'image/webp');
});

for (const [name, bodyWith] of Object.entries(clients)) {
  const write = (type: string, provider: Dialect) => {
    const [client, body] = bodyWith(type);
    const request = client.readRequest({ model: 'm', ...body });
    return provider.writeRequest(request, { model: 'claude-sonnet-4-5', quirks: {}, stream: false }).body;
  };

  test(`a JPEG under another name from a client of ${name} reaches every provider as image/jpeg`, () => {
    for (const [provider, sent] of Object.values(providers))
      for (const type of ['image/jpg', 'IMAGE/JPEG', 'image/png', 'application/octet-stream'])
        assert.match(JSON.stringify(write(type, provider)), sent, provider.id);
  });

  test(`an image of a type that Claude does not support is rejected by its type for a client of ${name}`, () => {
    for (const provider of [anthropic, bedrock])
      assert.throws(() => write('image/bmp', provider), { code: 'unsupported', message: /"image\/bmp"/ });
  });
}
