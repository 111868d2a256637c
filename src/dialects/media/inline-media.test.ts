import assert from 'node:assert/strict';
import { test } from 'node:test';
import anthropic from '../anthropic-messages/index.ts';
import bedrock from '../bedrock-converse/index.ts';
import { inlineMedia } from './inline-media.ts';
import chat from '../openai-chat/index.ts';
import responses from '../openai-responses/index.ts';

test('bytes are sent without the line breaks of their encoder', () => {
  const lines = 'iVBO\r\nRw0K\nGgo= \n';
  assert.deepEqual(inlineMedia('image/png', lines), {
    kind: 'base64',
    mediaType: 'image/png',
    data: 'iVBORw0KGgo=',
  });
});

test('only an image, or bytes of no named type, is known by its first bytes', () => {
  assert.equal(inlineMedia('image/png', 'UklGRiQAAABXRUJQVlA4').mediaType, 'image/webp');
  assert.equal(inlineMedia('', 'R0lGODlhAQABAAAA').mediaType, 'image/gif');
  assert.equal(inlineMedia('image/heic', 'AAAAGGZ0eXBoZWlj').mediaType, 'image/heic');
  assert.equal(inlineMedia('text/plain', 'JVBERi0xLjQ=').mediaType, 'text/plain');
});

test('a PDF that a client sends as an image is a document for other dialects', () => {
  const url = 'data:application/pdf;base64,JVBERi0xLjQ=';
  const requests = [
    chat.readRequest({
      model: 'm',
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url, detail: 'high' } }] }],
    }),
    responses.readRequest({
      model: 'm',
      input: [{ role: 'user', content: [{ type: 'input_image', image_url: url, detail: 'high' }] }],
    }),
  ];
  const at = { model: 'claude-sonnet-4-5', quirks: {}, stream: false };
  for (const request of requests) {
    assert.match(JSON.stringify(bedrock.writeRequest(request, at).body), /"document":\{[^}]*"format":"pdf"/);
    assert.match(JSON.stringify(anthropic.writeRequest(request, at).body), /"type":"document"/);
  }
});
