import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import { embeddings as bedrock } from '../bedrock-converse/embeddings.ts';
import { embeddings as google } from '../google-generate/embeddings.ts';
import { embeddings as ollama } from '../ollama-chat/embeddings.ts';
import { embeddings as openai } from '../openai-chat/embeddings.ts';

test('a reply with an empty vector is no answer, in every format', () => {
  const replies: readonly (readonly [codec: typeof openai, body: (vector: number[]) => JsonObject])[] = [
    [openai, (embedding) => ({ data: [{ embedding: [0.1] }, { embedding }] })],
    [bedrock, (embedding) => ({ embedding })],
    [bedrock, (embedding) => ({ embeddings: { float: [[0.1], embedding] } })],
    [google, (values) => ({ embeddings: [{ values }] })],
    [ollama, (vector) => ({ embeddings: [[0.1], vector] })],
  ];
  for (const [codec, body] of replies) {
    const [failed] = codec.readReply(body([]), {});
    assert.ok(failed?.type === 'error' && failed.error.code === 'provider_invalid_reply');
    assert.equal(codec.readReply(body([0.2]), {})[0]?.type, 'start');
  }
});
