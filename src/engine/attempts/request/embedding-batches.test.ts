import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainCall } from '../../../../test/support/plain-call.ts';
import type { Call } from '../../../core/call.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { usageOfBatches } from './embedding-batches.ts';

const plain = plainCall();
const call: Call = {
  ...plain,
  request: {
    ...plain.request,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'word '.repeat(80) }] }],
  },
};

test('a request of a stopped call is owed if it was sent, and not if it never left', () => {
  const sent = new ConclaveError('cancelled', 'stopped');
  const unsent = sent.with({ hint: 'unsent' });
  const owed = usageOfBatches([
    { call, seen: [], failure: sent },
    { call, seen: [], failure: unsent },
  ]);
  assert.equal(owed?.usage.input, 100);
  assert.equal(usageOfBatches([{ call, seen: [], failure: unsent }]), undefined);
});
