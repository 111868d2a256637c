import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import { readReply } from './read-reply.ts';

/** Gemini 2, and proxies of it, give neither the reply nor its call an id. */
const reply = (promptTokenCount: number): JsonObject => ({
  candidates: [
    {
      content: { role: 'model', parts: [{ functionCall: { name: 'f', args: { a: 1 } } }] },
      finishReason: 'STOP',
    },
  ],
  usageMetadata: { promptTokenCount, candidatesTokenCount: 2, totalTokenCount: promptTokenCount + 2 },
});

test('calls of two turns of one conversation never have the same id', () => {
  const idsOf = (body: JsonObject) =>
    readReply(body).flatMap((part) => (part.type === 'tool-call-start' ? [part.id] : []));
  const ids = [...idsOf(reply(10)), ...idsOf(reply(25))];
  assert.equal(new Set(ids).size, 2);
  for (const id of ids) assert.match(id, /^[\w-]{8,64}$/);
  assert.deepEqual(idsOf(reply(10)), ids.slice(0, 1), 'the same reply always has the same ids');
});
