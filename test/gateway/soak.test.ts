import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drain } from '../../bench/soak/drain.ts';
import { manyStreams } from '../../bench/soak/many-streams.ts';
import { outage } from '../../bench/soak/outage.ts';
import { overload } from '../../bench/soak/overload.ts';
import { slowReaders } from '../../bench/soak/slow-readers.ts';

// What `npm run bench:soak` shows at full size, at sizes that a test may have.

test('many streams at once come through byte for byte', async () => {
  const { exact, together } = await manyStreams({ streams: 150, chunks: 60, chunkEveryMs: 30 });
  assert.deepEqual({ exact, together }, { exact: 150, together: 150 });
});

test('a reader that stops costs no more than 256 KiB', async () => {
  const bytes = await slowReaders({ readers: 120 });
  assert.ok(bytes <= 256 * 1024, `${Math.round(bytes / 1024)} KiB`);
});

test('SIGTERM lets open streams end, takes in nothing new and leaves with 0', async () => {
  const ended = await drain({ streams: 60, streamMs: 2_000, drainMs: 30_000 });
  assert.deepEqual(ended, { whole: 60, told: 0, lost: 0, exitCode: 0, takenIn: 0 });
});

test('streams that take longer than a stop may wait are told, not cut', async () => {
  const ended = await drain({ streams: 60, streamMs: 600_000, drainMs: 300 });
  assert.deepEqual(ended, { whole: 0, told: 60, lost: 0, exitCode: 0, takenIn: 0 });
});

test('while one provider works, no client notices what the others do', async () => {
  const { failures, furtherAttempts } = await outage({ calls: 1_000, atOnce: 20, share: 0.3 });
  assert.equal(failures, 0);
  // Who fails is soon asked less: how many attempts fail is chance, some eighty to two hundred.
  assert.ok(furtherAttempts > 20, `${furtherAttempts}`);
});

test('ten times as many callers as places: the provider stays busy, the others hear at once when to come back', async () => {
  const refusal = { status: 503, retryAfter: '1' };
  for (const { told, ...how } of [{ told: true }, { told: false }, { told: false, refusal }]) {
    const found = await overload({
      places: 10,
      callers: 100,
      answerMs: 250,
      told,
      ...how,
      warmMs: 1_000,
      measuredMs: 1_500,
      leastShed: 6,
    });
    assert.ok(found.capacityKept > 0.4, `${found.capacityKept}`);
    assert.ok(found.shed > 5, `${found.shed}`);
    assert.ok(found.shedP50Ms < 750, `${found.shedP50Ms} ms`);
    assert.deepEqual([found.withoutRetryAfter, found.other], [0, 0]);
    if (told) assert.equal(found.mostAtOnce, 10, 'it is never asked for more than it takes');
  }
});
