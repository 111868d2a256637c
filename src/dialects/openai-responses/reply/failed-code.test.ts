import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedCode } from './failed-code.ts';

test('a failed response has the codes by which clients decide whether to send it again', () => {
  const codes = {
    context_length_exceeded: ['context_too_long'],
    insufficient_quota: ['provider_quota'],
    rate_limit_exceeded: ['rate_limited', 'provider_rate_limited'],
    invalid_prompt: ['invalid_request', 'unsupported', 'content_filtered'],
    server_error: ['provider_error', 'provider_overloaded', 'provider_auth', 'internal', 'cancelled'],
  } as const;
  for (const [written, ours] of Object.entries(codes)) {
    for (const code of ours) assert.equal(failedCode(code), written, code);
  }
});
