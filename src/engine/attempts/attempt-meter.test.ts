import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../core/errors.ts';
import { picoPerToken } from '../../core/money/price.ts';
import { noUsage } from '../../core/money/usage.ts';
import { candidate } from '../../../test/support/policy-candidates.ts';
import { attemptMeter } from './attempt-meter.ts';

const perRequest = candidate('lab/searcher', {
  // Half a cent for the request itself, as charged by providers of web search.
  price: { input: picoPerToken(1), output: picoPerToken(1), call: 5_000_000_000 },
});

const meter = () =>
  attemptMeter(
    {
      candidate: perRequest,
      startedAt: 0,
      inputEstimate: 100,
      terms: [],
      modelOf: (name) => ({ id: `lab/${name}`, provider: 'lab', name }),
    },
    { mayNameOthers: false },
  );

test('books the fee for a request with its answer, and not if there was no answer', () => {
  const error = new ConclaveError('provider_timeout', 'too late');
  const failed = meter().bill({ outcome: 'failed', error });
  assert.deepEqual([failed.cost, failed.usage], [0n, noUsage]);
  const gaveUp = new ConclaveError('provider_timeout', 'too late', { hint: 'gave-up' });
  const given = meter().bill({ outcome: 'failed', error: gaveUp });
  assert.deepEqual([given.cost, given.estimated], [5_100_000n, true]);
  assert.equal(meter().bill({ outcome: 'cancelled', error: gaveUp, isUnsent: true }).cost, 0n);
  const answered = meter();
  answered.see([
    { type: 'usage', usage: { ...noUsage, input: 1_000 } },
    { type: 'finish', reason: 'stop' },
  ]);
  assert.equal(answered.bill({ outcome: 'ok' }).cost, 6_000_000n);
});

test('reasoning that broke off before its usage arrived is estimated', () => {
  const cut = meter();
  cut.see([{ type: 'reasoning-delta', index: 0, text: 'Hm. '.repeat(1_000) }]);
  const { usage, estimated } = cut.bill({
    outcome: 'failed',
    error: new ConclaveError('stream_truncated', 'cut off'),
  });
  assert.deepEqual([usage.input, usage.output, usage.reasoning, estimated], [100, 0, 1_000, true]);
});

test('a usage of only zeros for an answer with text is a placeholder: the answer is estimated', () => {
  const answered = meter();
  answered.see([
    { type: 'text-delta', index: 0, text: 'four characters a token' },
    { type: 'usage', usage: noUsage },
    { type: 'finish', reason: 'stop' },
  ]);
  const { usage, estimated } = answered.bill({ outcome: 'ok' });
  assert.deepEqual([usage.input, usage.output, estimated], [100, 6, true]);
});
