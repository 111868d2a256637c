import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { readRequest } from './read-request.ts';
import { writeRequest } from './write-request.ts';

// A mark for prompt caching stays on its block if the conversation is rewritten: without it, the whole prompt is paid.

const mark = { cache_control: { type: 'ephemeral', ttl: '1h' } };
const look = { type: 'tool_use', id: 'c', name: 'look', input: { at: 'sky' } };
const pdf = { type: 'base64', media_type: 'application/pdf', data: 'JVBE' };
const png = { type: 'base64', media_type: 'image/png', data: 'iVBO' };
const plain = { type: 'text', media_type: 'text/plain', data: 'A note.' };
const text = { type: 'text', text: 'Hello' };

/** Returns the messages that a conversation becomes, read from a client and written for a provider. */
function rewritten(...messages: JsonObject[]) {
  const request = readRequest({ model: 'm', max_tokens: 99, messages });
  const { body, warnings } = writeRequest(request, { model: 'claude-sonnet-4-5', quirks: {}, stream: false });
  assert.deepEqual(warnings, []);
  return objectsOf(body.messages);
}

test('a mark stays on every kind of block of a user', () => {
  for (const block of [
    text,
    { type: 'image', source: png },
    { type: 'image', source: { type: 'url', url: 'https://pictures.example/a.png' } },
    { type: 'document', source: pdf, title: 'Report' },
    { type: 'document', source: plain },
    {
      type: 'search_result',
      source: 'https://papers.example',
      title: 'Papers',
      content: [text],
      citations: { enabled: true },
    },
  ]) {
    const message = { role: 'user', content: [{ ...block, ...mark }, text] };
    assert.deepEqual(rewritten(message), [message], block.type);
  }
  const parts = { type: 'document', source: { type: 'content', content: [text] }, ...mark };
  assert.deepEqual(rewritten({ role: 'user', content: [parts, text] }), [
    {
      role: 'user',
      content: [{ type: 'document', source: { ...plain, data: 'Hello' }, ...mark }, text],
    },
  ]);
});

test('a mark stays on a call, on its result and on what is in the result', () => {
  const conversation = (call: JsonObject, result: JsonObject) => [
    { role: 'user', content: 'Look' },
    { role: 'assistant', content: [call] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', ...result }] },
  ];
  const marked = { ...look, ...mark };
  for (const asked of [
    conversation(marked, { content: 'Sky' }),
    conversation(look, { content: 'Sky', ...mark }),
    conversation(look, { content: [{ ...text, ...mark }] }),
    conversation(look, { content: [{ type: 'image', source: png, ...mark }] }),
  ])
    assert.deepEqual(rewritten(...asked), asked);
  const found = { type: 'tool_reference', tool_name: 'open', ...mark };
  assert.deepEqual(
    rewritten(...conversation(look, { content: [found] })),
    conversation(look, { content: [{ type: 'text', text: 'Tool found: open', ...mark }] }),
  );
});

test('a mark stays on the summary of a compacted conversation', () => {
  const [summary] = rewritten(
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: [{ type: 'compaction', content: 'They met.', ...mark }, text] },
    { role: 'user', content: 'Go on' },
  );
  const words = 'Summary of the conversation so far:\nThey met.\n\n';
  assert.deepEqual(objectsOf(summary?.content), [{ type: 'text', text: words, ...mark }]);
});

test('a refusal in the conversation is sent as the text that it is', () => {
  const { body } = writeRequest(
    {
      model: 'm',
      stream: false,
      maxOutputTokens: 99,
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Do it' }] },
        { role: 'assistant', content: [{ type: 'refusal', text: 'I cannot.' }] },
        { role: 'user', content: [{ type: 'text', text: 'Why?' }] },
      ],
    },
    { model: 'claude-sonnet-4-5', quirks: {}, stream: false },
  );
  assert.deepEqual(body.messages, [
    { role: 'user', content: 'Do it' },
    { role: 'assistant', content: 'I cannot.' },
    { role: 'user', content: 'Why?' },
  ]);
});
