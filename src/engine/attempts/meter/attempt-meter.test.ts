import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../../core/errors.ts';
import type { BillingTerm } from '../../../core/money/billing-terms.ts';
import { picoPerSearch, picoPerToken } from '../../../core/money/price.ts';
import { noUsage, type Usage } from '../../../core/money/usage.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { DialectId } from '../../../core/wire/content.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import { attemptMeter } from './attempt-meter.ts';

const perRequest = candidate('lab/searcher', {
  // Half a cent for the request itself, as charged by providers of web search.
  price: { input: picoPerToken(1), output: picoPerToken(1), call: 5_000_000_000 },
});

const meter = (tried: Candidate = perRequest, terms: readonly BillingTerm[] = [], outputLimit = Infinity) =>
  attemptMeter(
    {
      candidate: tried,
      startedAt: 0,
      inputEstimate: 100,
      outputLimit,
      terms,
      modelOf: (name) => ({ id: `lab/${name}`, provider: 'lab', name }),
    },
    { mayNameOthers: false, client: 'openai-chat' },
  );

test('what of an answer the client cannot read is named once, and what its own dialect expresses is not', () => {
  const sound = (dialect: DialectId, missed?: string): StreamPart => ({
    type: 'opaque',
    index: 0,
    dialect,
    value: {},
    ...(missed !== undefined && { missed }),
  });
  const heard = meter();
  heard.see([sound('google-generate', 'audio'), sound('google-generate', 'audio')]);
  heard.see([sound('openai-chat', 'speech'), sound('bedrock-converse')]);
  assert.deepEqual(heard.warnings(), [
    "The answer's audio was left out: only google-generate can express it.",
  ]);
});

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

test('a usage without a prompt is no count of it: the prompt is estimated, and what was written is booked as counted', () => {
  const answered = (usage: Partial<Usage>, chargedNanoUsd?: number) => {
    const measured = meter();
    measured.see([
      { type: 'text-delta', index: 0, text: 'four characters a token' },
      {
        type: 'usage',
        usage: { ...noUsage, ...usage },
        ...(chargedNanoUsd !== undefined && { chargedNanoUsd }),
      },
      { type: 'finish', reason: 'stop' },
    ]);
    const bill = measured.bill({ outcome: 'ok' });
    return [bill.usage.input, bill.usage.output, bill.usage.reasoning, bill.estimated];
  };
  assert.deepEqual(answered({ output: 20, reasoning: 3 }), [100, 20, 3, true]);
  assert.deepEqual(answered({ output: 20, cacheRead: 60 }), [0, 20, 0, false]);
  // A provider that tells what it charges has counted the prompt there.
  assert.deepEqual(answered({ output: 20 }, 5_000_000), [0, 20, 0, false]);

  const cut = meter();
  cut.see([
    { type: 'usage', usage: { ...noUsage, output: 1 } },
    { type: 'text-delta', index: 0, text: 'word '.repeat(800) },
  ]);
  const { usage, estimated } = cut.bill({
    outcome: 'failed',
    error: new ConclaveError('stream_truncated', 'cut off'),
  });
  assert.deepEqual([usage.input, usage.output, estimated], [100, 1_000, true]);
});

test('what was written after a usage at the beginning of an answer that broke off is estimated', () => {
  const cut = meter();
  cut.see([
    { type: 'usage', usage: { ...noUsage, input: 1_000, output: 1 } },
    { type: 'text-delta', index: 0, text: 'word '.repeat(800) },
  ]);
  const { usage, estimated } = cut.bill({
    outcome: 'failed',
    error: new ConclaveError('stream_truncated', 'cut off'),
  });
  assert.deepEqual([usage.input, usage.output, estimated], [1_000, 1_000, true]);
});

test('after an implausible usage the earlier one counts only the beginning, until a plausible one arrives', () => {
  const counted = (output: number): StreamPart => ({
    type: 'usage',
    usage: { ...noUsage, input: 1_000, output },
  });
  const told: StreamPart[] = [
    counted(1),
    { type: 'text-delta', index: 0, text: 'word '.repeat(800) },
    counted(2 ** 64),
  ];
  const miscounted = meter();
  miscounted.see([...told, { type: 'finish', reason: 'stop' }]);
  const { usage, estimated, cost } = miscounted.bill({ outcome: 'ok' });
  assert.deepEqual([usage.input, usage.output, estimated, cost], [1_000, 1_000, true, 7_000_000n]);
  const corrected = meter();
  corrected.see([...told, counted(990), { type: 'finish', reason: 'stop' }]);
  const bill = corrected.bill({ outcome: 'ok' });
  assert.deepEqual([bill.usage.output, bill.estimated], [990, false]);
});

test('an answer that broke off is never estimated above its limit, and what its provider counted is booked as it is', () => {
  const countsOf = (...parts: StreamPart[]) => {
    const cut = meter(perRequest, [], 150);
    cut.see(parts);
    const error = new ConclaveError('stream_truncated', 'cut off');
    const { usage } = cut.bill({ outcome: 'failed', error });
    return [usage.output, usage.reasoning];
  };
  const rules: StreamPart = { type: 'text-delta', index: 0, text: '─'.repeat(400) };
  const thoughts: StreamPart = { type: 'reasoning-delta', index: 0, text: 'Hm. '.repeat(100) };
  const counted = (output: number): StreamPart => ({
    type: 'usage',
    usage: { ...noUsage, input: 9, output },
  });
  assert.deepEqual(countsOf(rules), [150, 0]);
  assert.deepEqual(countsOf(thoughts, rules), [50, 100]);
  assert.deepEqual(countsOf(counted(20), thoughts, rules), [50, 100]);
  assert.deepEqual(countsOf(counted(200), thoughts, rules), [200, 0]);
});

test('web searches before a failure are owed, though no word of an answer arrived', () => {
  const searching = candidate('lab/searcher', {
    price: { input: picoPerToken(1), output: picoPerToken(1), webSearch: picoPerSearch(10) },
  });
  const failed = meter(searching);
  failed.see([{ type: 'billed-apart', webSearches: 2, terms: [] }]);
  const { cost, usage, estimated } = failed.bill({
    outcome: 'failed',
    error: new ConclaveError('provider_error', 'failed'),
  });
  assert.deepEqual([usage.webSearches, estimated], [2, true]);
  // Two searches at one cent each, and the prompt of 100 tokens.
  assert.equal(cost, 20_000_000n + 100_000n);
});

test('an answer that broke off is billed on the terms it announced, or else on those that were asked for', () => {
  const flexible = candidate('lab/m', {
    price: { input: picoPerToken(1), output: picoPerToken(1) },
    rateFactors: [{ term: 'service_tier=priority', percent: 200 }],
  });
  const costOfCut = (start: StreamPart) => {
    const cut = meter(flexible, ['service_tier=priority']);
    cut.see([start, { type: 'text-delta', index: 0, text: 'word '.repeat(80) }]);
    return cut.bill({ outcome: 'failed', error: new ConclaveError('stream_truncated', 'cut off') }).cost;
  };
  const ordinary = 200_000n;
  assert.equal(costOfCut({ type: 'start' }), 2n * ordinary);
  assert.equal(costOfCut({ type: 'start', terms: ['service_tier=priority'] }), 2n * ordinary);
  assert.equal(costOfCut({ type: 'start', terms: [] }), ordinary);
});
