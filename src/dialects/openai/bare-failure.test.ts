import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorCode } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import anthropicMessages from '../anthropic-messages/index.ts';
import openaiChat from '../openai-chat/index.ts';
import openaiResponses from '../openai-responses/index.ts';

const dialects = [anthropicMessages, openaiChat, openaiResponses];

const sse = (body: JsonObject) => Buffer.from(`data: ${JSON.stringify(body)}\n\n`);

const failures: [JsonObject, ErrorCode, RegExp][] = [
  [{ code: 500, message: 'Upstream gone' }, 'provider_error', /Upstream gone/],
  [{ code: '1113', msg: 'In arrears' }, 'provider_quota', /In arrears/],
  [{ code: 'InvalidApiKey', message: 'Invalid API-key provided.' }, 'provider_auth', /InvalidApiKey/],
  [{ base_resp: { status_code: 1008, status_msg: 'No balance' } }, 'provider_quota', /No balance/],
];

test('a failure without an error object is one for every dialect, whole and streamed', () => {
  for (const { id, readReply, replyReader } of dialects) {
    for (const [body, code, reason] of failures) {
      const reader = replyReader({});
      const ways: StreamPart[][] = [readReply(body, {}), [...reader.push(sse(body)), ...reader.end()]];
      for (const parts of ways) {
        const last = parts.at(-1);
        assert.ok(last?.type === 'error', `${id}: ${JSON.stringify(body)}`);
        assert.equal(last.error.code, code, id);
        assert.match(last.error.message, reason, id);
      }
    }
  }
});

test('what reports progress or success is no failure in a stream of any dialect', () => {
  for (const { id, replyReader } of dialects) {
    for (const body of [
      { message: 'still working' },
      { code: 200, msg: 'loading' },
      { code: 'OK', message: 'ready' },
      { base_resp: { status_code: 0, status_msg: 'success' } },
    ])
      assert.deepEqual(replyReader({}).push(sse(body)), [], `${id}: ${JSON.stringify(body)}`);
  }
});
