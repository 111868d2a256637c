import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import { embeddings as bedrock } from '../bedrock-converse/embeddings.ts';
import { embeddings as google } from '../google-generate/embeddings.ts';
import { embeddings as ollama } from '../ollama-chat/embeddings.ts';
import { embeddings as openai } from '../openai-chat/embeddings.ts';

test('a text without numbers keeps its place, in every format', () => {
  const replies: readonly (readonly [codec: typeof openai, body: (vector: number[]) => JsonObject])[] = [
    [openai, (embedding) => ({ data: [{ embedding: [0.1] }, { embedding }] })],
    [bedrock, (embedding) => ({ embedding })],
    [bedrock, (embedding) => ({ embeddings: { float: [[0.1], embedding] } })],
    [google, (values) => ({ embeddings: [{ values: [1] }, values.length > 0 ? { values } : {}] })],
    [ollama, (vector) => ({ embeddings: [[0.1], vector] })],
  ];
  for (const [codec, body] of replies) {
    const [without, vectors] = [[], [1]].map((vector) =>
      codec
        .readReply(body(vector), {})
        .flatMap((part) => (part.type === 'opaque' ? [part.value.embedding] : [])),
    );
    assert.deepEqual(without?.at(-1), []);
    assert.deepEqual(vectors?.at(-1), [1]);
    assert.equal(without?.length, vectors?.length);
  }
});
