import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeploymentPace } from './deployment-pace.ts';

test('latency rises at once and falls slowly, and the speed of answers is averaged', () => {
  const pace = new DeploymentPace();
  pace.began(100, { stream: true, at: 1 });
  pace.began(500, { stream: true, at: 2 });
  assert.equal(pace.firstByteMs, 500);
  pace.began(100, { stream: true, at: 3 });
  assert.equal(pace.firstByteMs, 420);
  assert.equal(pace.firstByteAt, 3);
  pace.ended(100, 1_000);
  pace.ended(200, 1_000);
  assert.equal(pace.tokensPerSecond, 120);
});

test('an answer without tokens, or that took no time, shows no speed', () => {
  const pace = new DeploymentPace();
  pace.ended(0, 1_000);
  pace.ended(10, 0);
  assert.equal(pace.tokensPerSecond, undefined);
});

test('waits are kept separately for streams and whole answers, and forgotten after a minute', () => {
  const pace = new DeploymentPace();
  pace.began(3_000, { stream: false, at: 0 });
  pace.began(200, { stream: true, at: 0 });
  assert.deepEqual(pace.waits, { whole: { ms: 3_000, at: 0 }, stream: { ms: 200, at: 0 } });
  pace.began(1_000, { stream: false, at: 60_000 });
  assert.equal(pace.waits?.whole?.ms, 2_600);
  pace.began(1_000, { stream: false, at: 120_001 });
  assert.equal(pace.waits?.whole?.ms, 1_000);
  pace.waitedInVain(5_000.2, { stream: false, at: 120_002 });
  assert.equal(pace.waits?.whole?.ms, 5_001, 'a call that was given up would have taken even longer');
  assert.equal(pace.firstByteAt, 120_001, 'but it has not been answered');
});
