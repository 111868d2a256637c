import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ConclaveError } from '../../core/errors.ts';
import { MoneyLine, type MoneyWish } from './money-line.ts';

/** A line with a movable clock, and a budget from which calls of `amount` take, if it has as much. */
function lineWith(t: TestContext, budget: bigint) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const line = new MoneyLine(Date.now);
  let left = budget;
  let attempts = 0;
  const ended: string[] = [];
  const wish = (part: Partial<MoneyWish> = {}): MoneyWish => ({
    surface: 'library',
    limits: {},
    signal: new AbortController().signal,
    keyId: 'local',
    amount: 4n,
    ...part,
  });
  return {
    attempts: () => attempts,
    ended,
    /** Starts a call, which is noted by its name once it has its money. */
    start(name: string, part: Partial<MoneyWish> = {}) {
      const wanted = wish(part);
      return line
        .reserve(wanted, async () => {
          attempts += 1;
          if (left < wanted.amount) throw refusal();
          left -= wanted.amount;
        })
        .then(
          () => void ended.push(name),
          (error: ConclaveError) => void ended.push(`${name} ${error.code}`),
        );
    },
    /** A call of the key ends and gives back what it held. */
    async release(amount: bigint, keyId = 'local') {
      left += amount;
      line.released(keyId);
      await quiet();
    },
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 500) {
        t.mock.timers.tick(Math.min(500, ms - passed));
        await quiet();
      }
    },
  };
}

const refusal = () => new ConclaveError('budget_exceeded', 'reserved by others', { retryAfterMs: 1_000 });

/** Lets everything run that is not waiting for a timer. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('calls get their money in the order in which they came, each as soon as enough is given back', async (t) => {
  const { start, release, ended } = lineWith(t, 0n);
  void start('first');
  void start('second');
  void start('third');
  await quiet();
  await release(8n);
  assert.deepEqual(ended, ['first', 'second']);
  void start('fourth');
  await release(4n);
  assert.deepEqual(ended, ['first', 'second', 'third']);
  await release(4n);
  assert.deepEqual(ended, ['first', 'second', 'third', 'fourth']);
});

test('a call that wants less does not wait for one that wants more', async (t) => {
  const { start, release, ended } = lineWith(t, 3n);
  void start('big', { amount: 9n });
  await quiet();
  await start('small', { amount: 2n });
  void start('medium', { amount: 4n });
  void start('also medium', { amount: 4n });
  await quiet();
  assert.deepEqual(ended, ['small']);
  await release(3n);
  assert.deepEqual(ended, ['small', 'medium']);
  await release(9n);
  assert.deepEqual(ended, ['small', 'medium', 'big']);
});

test('money that is given back during an attempt is not missed', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const line = new MoneyLine(Date.now);
  let attempts = 0;
  const got = line.reserve(
    { surface: 'cli', limits: {}, signal: new AbortController().signal, keyId: 'k', amount: 1n },
    async () => {
      attempts += 1;
      if (attempts > 2) return 'yes';
      await new Promise((resolve) => setImmediate(resolve));
      if (attempts === 2) line.released('k');
      throw refusal();
    },
  );
  assert.equal(await got, 'yes');
});

test('only the first in line asks the store again, less and less often', async (t) => {
  const { start, pass, attempts } = lineWith(t, 0n);
  for (let call = 0; call < 50; call += 1) void start(String(call));
  await quiet();
  const before = attempts();
  await pass(30_000);
  assert.ok(attempts() - before <= 40, `${attempts() - before} attempts in 30 seconds`);
  assert.ok(attempts() - before >= 20, 'other processes give money back too');
});

test('a program waits for a minute after the last call that ended, then every call gets its own error', async (t) => {
  const { start, pass, release, ended } = lineWith(t, 0n);
  void start('first');
  void start('second');
  await quiet();
  await pass(50_000);
  await release(1n);
  await pass(50_000);
  assert.deepEqual(ended, []);
  await pass(11_000);
  assert.deepEqual(ended.toSorted(), ['first budget_exceeded', 'second budget_exceeded']);
});

test('a call over MCP gives up before its client does, and every call at its own latency limit', async (t) => {
  const { start, pass, release, ended } = lineWith(t, 0n);
  void start('tool', { surface: 'mcp' });
  void start('quick', { limits: { maxLatencyMs: 5_000 } });
  await quiet();
  await pass(5_500);
  assert.deepEqual(ended, ['quick budget_exceeded']);
  await release(1n);
  await pass(15_000);
  assert.deepEqual(ended, ['quick budget_exceeded', 'tool budget_exceeded']);
});

test('calls over HTTP, free calls and calls whose parent holds the money do not wait', async (t) => {
  const { start, ended } = lineWith(t, 0n);
  void start('waiting');
  await quiet();
  await start('http', { surface: 'http' });
  await start('free', { amount: 0n });
  await start('child', { isUrgent: true });
  assert.deepEqual(ended, ['http budget_exceeded', 'free', 'child budget_exceeded']);
});

test('a call that is aborted leaves the line, and the next one moves up', async (t) => {
  const { start, release, ended } = lineWith(t, 0n);
  const caller = new AbortController();
  void start('first', { signal: caller.signal });
  void start('second');
  void start('of another key', { keyId: 'other' });
  await quiet();
  caller.abort(new ConclaveError('cancelled', 'the caller left'));
  await quiet();
  assert.deepEqual(ended, ['first cancelled']);
  await release(4n, 'local');
  assert.deepEqual(ended, ['first cancelled', 'second']);
});
