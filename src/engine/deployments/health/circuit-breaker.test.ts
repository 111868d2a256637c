import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CircuitBreaker } from './circuit-breaker.ts';

function breakerAt() {
  const clock = { now: 1_000_000 };
  const breaker = new CircuitBreaker();
  return {
    clock,
    breaker,
    isOpen: () => breaker.openUntil > clock.now,
    fail: (sentAt = clock.now) => breaker.failed({ sentAt, at: clock.now }),
    /** An answer to a call that was sent after everything so far. */
    succeed: () => breaker.succeeded((clock.now += 1)),
    ask: () => breaker.asking(clock.now),
  };
}

test('five consecutive failures open the breaker for a while; a success closes it', () => {
  const { clock, fail, succeed, isOpen } = breakerAt();
  for (let i = 0; i < 4; i += 1) fail();
  assert.equal(isOpen(), false);
  fail();
  assert.equal(isOpen(), true);
  clock.now += 15_000;
  assert.equal(isOpen(), false);
  fail();
  assert.equal(isOpen(), true, 'one failed probe opens it again');
  clock.now += 15_000;
  succeed();
  fail();
  assert.equal(isOpen(), false, 'after a success the count starts over');
});

test('after a rest one call probes, and each failed probe makes the next rest longer', () => {
  const { clock, fail, succeed, isOpen, ask } = breakerAt();
  const probes = () => {
    if (isOpen()) return false;
    ask();
    return true;
  };
  for (let i = 0; i < 5; i += 1) fail();
  clock.now += 15_000;
  assert.deepEqual([probes(), probes(), probes()], [true, false, false]);
  clock.now += 29_999;
  fail();
  clock.now += 29_999;
  assert.equal(probes(), false, 'the probe has failed');
  clock.now += 1;
  assert.deepEqual([probes(), probes()], [true, false]);
  succeed();
  assert.deepEqual([probes(), probes()], [true, true]);
});

test('however many probes fail, no rest is longer than a minute', () => {
  const { clock, breaker, fail, ask } = breakerAt();
  for (let n = 0; n < 5; n += 1) fail();
  const rests: number[] = [];
  for (let n = 0; n < 6; n += 1) {
    clock.now = breaker.openUntil;
    ask();
    rests.push(breaker.openUntil - clock.now);
  }
  assert.deepEqual(rests, [30_000, 60_000, 60_000, 60_000, 60_000, 60_000]);
});

test('late failures of calls sent before the probe neither void its answer nor open the breaker again', () => {
  const { clock, breaker, fail, isOpen, ask } = breakerAt();
  const begin = clock.now;
  for (let n = 0; n < 5; n += 1) fail(begin - 60_000);
  clock.now += 10_000;
  fail(begin - 50_000);
  clock.now += 5_000;
  assert.equal(isOpen(), false, 'the rest is no longer than before');
  ask();
  clock.now += 500;
  fail(begin - 44_500);
  clock.now += 500;
  breaker.succeeded(begin + 15_000);
  assert.equal(isOpen(), false, 'the probe was answered');
  for (let n = 0; n < 5; n += 1) fail(begin - 40_000 + n);
  assert.equal(isOpen(), false);
  for (let n = 0; n < 5; n += 1) fail(begin + 15_001 + n);
  assert.equal(isOpen(), true, 'these were sent after the probe');
});

test('a deployment that answers nine of ten overlapping calls is soon healthy again', () => {
  const { clock, breaker, fail, isOpen, ask } = breakerAt();
  const begin = clock.now;
  for (let n = 0; n < 5; n += 1) fail(begin);
  for (let sent = 15_000; sent <= 20_000; sent += 100) {
    clock.now = begin + sent;
    ask();
    const ended = begin + sent - 2_000;
    if (ended < begin + 15_000) continue;
    if ((sent / 100) % 10 === 0) fail(ended);
    else breaker.succeeded(ended);
  }
  assert.equal(isOpen(), false);
});

test('an inconclusive probe is replaced by another one a second later', () => {
  const { clock, breaker, fail, isOpen, ask } = breakerAt();
  for (let i = 0; i < 5; i += 1) fail();
  clock.now += 15_000;
  const sentAt = clock.now;
  ask();
  breaker.undecided(sentAt - 1, clock.now);
  clock.now += 1_000;
  assert.equal(isOpen(), true, 'that was another call');
  breaker.undecided(sentAt, clock.now);
  assert.equal(isOpen(), true);
  clock.now += 1_000;
  assert.equal(isOpen(), false);
});
