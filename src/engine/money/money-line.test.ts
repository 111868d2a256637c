import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ConclaveError } from '../../core/errors.ts';
import { MoneyLine, type MoneyWish } from './money-line.ts';

/** A line with a movable clock, and a budget of which `left` is not reserved. */
function lineWith(t: TestContext, left: bigint, budget = 100n) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const line = new MoneyLine(Date.now);
  let attempts = 0;
  const ended: string[] = [];
  const wish = (part: Partial<MoneyWish> = {}): MoneyWish => ({
    surface: 'library',
    leftMs: 600_000,
    signal: new AbortController().signal,
    keyId: 'local',
    amount: 4n,
    ...part,
  });
  const allow = (amount: bigint) => {
    attempts += 1;
    if (budget < amount) throw new ConclaveError('budget_exceeded', 'more than the budget');
    if (left < amount) throw refusal();
  };
  /** Starts a call, which is noted by its name once it has its money. */
  async function start(name: string, part: Partial<MoneyWish> = {}) {
    const { amount, ...wanted } = wish(part);
    const attempt = {
      async reserve() {
        allow(amount);
        left -= amount;
      },
      check: async () => allow(amount),
    };
    await line.reserve({ ...wanted, amount }, attempt).then(
      () => void ended.push(name),
      (error: ConclaveError) => void ended.push(`${name} ${error.message}`),
    );
  }
  /** A call of the key ends and gives back what it held. */
  async function release(amount: bigint, keyId = 'local') {
    giveBack(amount, keyId);
    await quiet();
  }
  function giveBack(amount: bigint, keyId = 'local') {
    left += amount;
    line.released(keyId, { amount, since: 0 });
  }
  /** A call that is never in line, as one over HTTP, ends; it took its money a moment ago. */
  async function endNext(amount: bigint) {
    line.released('local', { amount, since: Date.now() - 1 });
    await quiet();
  }
  /** Makes calls one after the other, each of `ms`. */
  async function repeat(name: string, { amount, ms }: { readonly amount: bigint; readonly ms: number }) {
    for (let call = 0; ; call += 1) {
      await start(`${name} ${call}`, { amount });
      await new Promise((resolve) => setTimeout(resolve, ms));
      giveBack(amount);
    }
  }
  async function pass(ms: number) {
    for (let passed = 0; passed < ms; passed += 500) {
      t.mock.timers.tick(Math.min(500, ms - passed));
      await quiet();
    }
  }
  return { attempts: () => attempts, ended, start, release, endNext, repeat, pass };
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

test('a call that newer and cheaper ones have overtaken for some seconds is served before them', async (t) => {
  const { start, repeat, pass, ended } = lineWith(t, 10n);
  void repeat('one', { amount: 4n, ms: 1_000 });
  await pass(500);
  void repeat('other', { amount: 4n, ms: 1_000 });
  await quiet();
  void start('big', { amount: 9n });
  await pass(4_000);
  const before = ended.length;
  assert.ok(before >= 4 && !ended.includes('big'), ended.join());
  await pass(6_000);
  assert.ok(ended.includes('big'), ended.join());
  assert.ok(ended.indexOf('big') <= before + 2, ended.join());
});

test('a call that waits for one long call does not hold back cheaper ones', async (t) => {
  const { start, pass, ended } = lineWith(t, 3n);
  void start('big', { amount: 9n });
  await pass(30_000);
  void start('small', { amount: 3n });
  await quiet();
  assert.deepEqual(ended, ['small']);
});

test('a call holds back cheaper ones for at most as long as it has waited itself', async (t) => {
  const { start, release, pass, ended } = lineWith(t, 3n);
  void start('big', { amount: 9n });
  void start('medium', { amount: 4n });
  await quiet();
  await pass(10_000);
  await release(4n);
  void start('small', { amount: 3n });
  await pass(9_500);
  assert.deepEqual(ended, []);
  await pass(1_000);
  assert.deepEqual(ended.toSorted(), ['medium', 'small']);
});

test('a call that is held back and can never get its money learns so at once', async (t) => {
  const { start, release, pass, ended } = lineWith(t, 3n);
  void start('big', { amount: 9n });
  await quiet();
  await pass(10_000);
  await release(1n);
  await start('huge', { amount: 101n });
  assert.deepEqual(ended, ['huge more than the budget']);
});

test('a call is held back only if its time does not end before that', async (t) => {
  const { start, release, pass, ended } = lineWith(t, 2n);
  void start('big', { amount: 9n });
  await quiet();
  await pass(10_000);
  await release(1n);
  await start('short', { amount: 3n, leftMs: 10_000 });
  assert.deepEqual(ended, ['short']);
});

test('a call whose time ends before a prolonged hold attempts all the same', async (t) => {
  const { start, release, pass, ended } = lineWith(t, 2n);
  void start('big', { amount: 9n });
  await quiet();
  await pass(10_000);
  await release(1n);
  void start('small', { amount: 3n, leftMs: 12_000 });
  await pass(9_000);
  await release(1n);
  assert.deepEqual(ended, []);
  await pass(1_500);
  assert.deepEqual(ended, ['small']);
});

test('calls that give nothing back or began later do not prolong the time for which others are held back', async (t) => {
  const { start, release, endNext, pass, ended } = lineWith(t, 2n);
  void start('big', { amount: 9n });
  await quiet();
  await pass(10_000);
  await release(1n);
  void start('small', { amount: 3n });
  for (let passed = 0; passed < 9_500; passed += 500) {
    await pass(500);
    await release(0n);
    await endNext(1n);
  }
  assert.deepEqual(ended, []);
  await pass(1_000);
  assert.deepEqual(ended, ['small']);
});

test('a wait that a deadline ends throws the refusal of the budget', async (t) => {
  const { start, release, pass, ended } = lineWith(t, 3n);
  const deadline = new AbortController();
  void start('big', { amount: 9n });
  void start('in line', { amount: 9n, signal: deadline.signal });
  await pass(10_000);
  await release(1n);
  void start('held back', { amount: 3n, signal: deadline.signal });
  await quiet();
  deadline.abort(new ConclaveError('provider_timeout', 'took too long'));
  await quiet();
  assert.equal(ended[0], 'in line reserved by others');
  assert.match(String(ended[1]), /^held back The call waited until its time was over.*raise the limit/);
});

test('every wait ends with the time of its call, also while other calls end', async (t) => {
  const { start, repeat, pass, ended } = lineWith(t, 5n);
  void repeat('small', { amount: 4n, ms: 500 });
  void start('big', { amount: 9n, leftMs: 30_000 });
  await pass(31_000);
  assert.ok(ended.includes('big reserved by others'));
});

test('money that is given back during an attempt is not missed', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const line = new MoneyLine(Date.now);
  let attempts = 0;
  const got = line.reserve(
    { surface: 'cli', leftMs: 600_000, signal: new AbortController().signal, keyId: 'k', amount: 1n },
    {
      async reserve() {
        attempts += 1;
        if (attempts > 2) return 'yes';
        await new Promise((resolve) => setImmediate(resolve));
        if (attempts === 2) line.released('k', { amount: 1n, since: 0 });
        throw refusal();
      },
      check: () => Promise.resolve(),
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
  assert.deepEqual(ended.toSorted(), ['first reserved by others', 'second reserved by others']);
});

test('a call over MCP gives up before its client does, and every call at its own latency limit', async (t) => {
  const { start, pass, release, ended } = lineWith(t, 0n);
  void start('tool', { surface: 'mcp' });
  void start('quick', { leftMs: 5_000 });
  await quiet();
  await pass(5_500);
  assert.deepEqual(ended, ['quick reserved by others']);
  await release(1n);
  await pass(15_000);
  assert.deepEqual(ended, ['quick reserved by others', 'tool reserved by others']);
});

test('calls over HTTP, free calls and calls whose parent holds the money do not wait', async (t) => {
  const { start, ended } = lineWith(t, 0n);
  void start('waiting');
  await quiet();
  await start('http', { surface: 'http' });
  await start('free', { amount: 0n });
  await start('child', { isUrgent: true });
  assert.deepEqual(ended, ['http reserved by others', 'free', 'child reserved by others']);
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
  assert.deepEqual(ended, ['first the caller left']);
  await release(4n, 'local');
  assert.deepEqual(ended, ['first the caller left', 'second']);
});
