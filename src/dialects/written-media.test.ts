import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContentPart, MediaSource } from '../core/wire/content.ts';
import type { Dialect } from '../core/wire/dialect.ts';
import anthropic from './anthropic-messages/index.ts';
import bedrock from './bedrock-converse/index.ts';
import google from './google-generate/index.ts';
import { objectOf, objectsOf } from './fields/loose-fields.ts';
import chat from './openai-chat/index.ts';
import responses from './openai-responses/index.ts';

// An image or a sound reaches each provider with its bytes, address or id, and with its type.

/** Returns the part that a medium is written as. */
function part(provider: Dialect, medium: ContentPart) {
  const { body } = provider.writeRequest(
    {
      model: 'any',
      stream: false,
      maxOutputTokens: 99,
      messages: [{ role: 'user', content: [medium, { type: 'text', text: 'Look.' }] }],
    },
    { model: 'some-model', quirks: {}, stream: false },
  );
  const { content, parts } = objectOf(objectsOf(body.messages ?? body.input ?? body.contents)[0]);
  return objectsOf(content ?? parts)[0];
}

const image = (source: MediaSource, detail?: string): ContentPart => ({
  type: 'image',
  source,
  ...(detail !== undefined && { detail }),
});
const png: MediaSource = { kind: 'base64', mediaType: 'image/png', data: 'iVBO' };
const address: MediaSource = { kind: 'url', url: 'https://pictures.example/boat.png' };

test('an image is sent with its bytes, address or id, and its detail to OpenAI', () => {
  const input = (rest: object) => ({ type: 'input_image', ...rest });
  assert.deepEqual(part(responses, image(png)), input({ image_url: 'data:image/png;base64,iVBO' }));
  for (const detail of ['low', 'original'])
    assert.deepEqual(part(responses, image(address, detail)), input({ image_url: address.url, detail }));
  for (const dialect of ['openai-responses', 'openai-chat'] as const)
    assert.deepEqual(
      part(responses, image({ kind: 'file', fileId: 'f', dialect }, 'high')),
      input({ file_id: 'f', detail: 'high' }),
    );
  assert.deepEqual(part(chat, image(png, 'low')), {
    type: 'image_url',
    image_url: { url: 'data:image/png;base64,iVBO', detail: 'low' },
  });
  assert.deepEqual(part(anthropic, image({ kind: 'file', fileId: 'f', dialect: 'anthropic-messages' })), {
    type: 'image',
    source: { type: 'file', file_id: 'f' },
  });
  assert.deepEqual(part(anthropic, image(address)), {
    type: 'image',
    source: { type: 'url', url: address.url },
  });
  assert.deepEqual(part(google, image({ kind: 'file', fileId: 'f', dialect: 'google-generate' })), {
    fileData: { fileUri: 'f' },
  });
});

test('every image type that Claude reads is sent under its name, and no other', () => {
  for (const mediaType of ['image/jpeg', 'image/png', 'image/gif', 'image/webp'])
    assert.deepEqual(part(anthropic, image({ ...png, mediaType })), {
      type: 'image',
      source: { type: 'base64', media_type: mediaType, data: 'iVBO' },
    });
  for (const mediaType of ['image/tiff', 'image/heic', 'image/svg+xml'])
    assert.throws(() => part(anthropic, image({ ...png, mediaType })), { code: 'unsupported' });
});

test('a sound of an OpenAI client is sent with its bytes and its format', () => {
  const content = [{ type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } }];
  for (const request of [
    chat.readRequest({ model: 'm', messages: [{ role: 'user', content }] }),
    responses.readRequest({ model: 'm', input: [{ role: 'user', content }] }),
  ]) {
    const sound = request.messages[0]?.content[0];
    assert.ok(sound);
    assert.deepEqual(sound, {
      type: 'audio',
      source: { kind: 'base64', mediaType: 'audio/wav', data: 'UklG' },
      format: 'wav',
    });
    assert.deepEqual(part(chat, sound), content[0]);
    assert.deepEqual(part(bedrock, sound), { audio: { format: 'wav', source: { bytes: 'UklG' } } });
    assert.deepEqual(part(google, sound), { inlineData: { mimeType: 'audio/wav', data: 'UklG' } });
  }
});

test('the format of a sound for Chat Completions is the client’s word or that of the type', () => {
  for (const [mediaType, format, sent] of [
    ['audio/mpeg', undefined, 'mp3'],
    ['audio/mp3', 'mp3', 'mp3'],
    ['audio/wav', undefined, 'wav'],
    ['audio/x-wav', 'wav', 'wav'],
  ] as const) {
    const source: MediaSource = { kind: 'base64', mediaType, data: 'SUQz' };
    assert.deepEqual(part(chat, { type: 'audio', source, ...(format && { format }) }), {
      type: 'input_audio',
      input_audio: { data: 'SUQz', format: sent },
    });
  }
});
