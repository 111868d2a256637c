import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import type { RawRequest } from '../../../core/call.ts';
import { crossingHeaders } from './crossing-headers.ts';

const raw = (headers: Record<string, string>): RawRequest => ({
  dialect: 'anthropic-messages',
  bytes: new Uint8Array(0),
  body: {},
  headers,
});
const provider = (betas?: readonly string[]) => ({
  ...candidate('lab/m').deployment.provider,
  quirks: betas ? { betas } : {},
});
const asked = raw({
  'anthropic-version': '2023-06-01',
  'anthropic-beta': 'context-1m-2025-08-07, interleaved-thinking-2025-05-14',
});
const call = {
  raw: asked,
  principal: { keyId: 'k', name: 'k', boundedCost: false, admin: false },
  request: { model: 'm', messages: [], stream: false },
};

test('forwards every beta to a provider of the same dialect, or only the betas that it lists', () => {
  assert.deepEqual(crossingHeaders(call, { relayed: true, provider: provider() }), {
    headers: asked.headers,
    warnings: [],
  });
  assert.deepEqual(crossingHeaders(call, { relayed: true, provider: provider(['interleaved-*']) }), {
    headers: {
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'interleaved-thinking-2025-05-14',
    },
    warnings: ['"anthropic-beta: context-1m-2025-08-07" was left out: p does not accept it.'],
  });
});

test('forwards no beta to another dialect, and warns the caller', () => {
  const { headers, warnings } = crossingHeaders(call, { relayed: false, provider: provider() });
  assert.deepEqual(headers, {});
  assert.match(warnings.join(), /context-1m-2025-08-07, interleaved-thinking-2025-05-14" was left out/);
});

test('refuses a strict caller if a beta would be left out', () => {
  assert.throws(() => crossingHeaders({ ...call, strict: true }, { relayed: false, provider: provider() }), {
    code: 'unsupported',
  });
});

test('two keys that name their conversations alike send different names to the provider', () => {
  const looksForIt = { ...provider(), quirks: { sessionHeader: 'x-conversation' } };
  const sentBy = (keyId: string) =>
    crossingHeaders(
      { principal: { ...call.principal, keyId }, request: call.request, sessionId: 'chat 1' },
      { relayed: false, provider: looksForIt },
    ).headers['x-conversation'];
  assert.equal(sentBy('a'), sentBy('a'));
  assert.notEqual(sentBy('a'), sentBy('b'));
});
