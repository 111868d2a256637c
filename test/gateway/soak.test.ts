import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drain } from '../../bench/soak/drain.ts';
import { manyStreams } from '../../bench/soak/many-streams.ts';
import { outage } from '../../bench/soak/outage.ts';
import { overload } from '../../bench/soak/overload.ts';
import { slowReaders } from '../../bench/soak/slow-readers.ts';

// What `npm run bench:soak` shows at full size, at sizes suitable for a test.

test('many concurrent streams arrive byte for byte', async () => {
  const { exact, together } = await manyStreams({ streams: 150, chunks: 60, chunkEveryMs: 30 });
  assert.deepEqual({ exact, together }, { exact: 150, together: 150 });
});

test('a reader that stops uses no more than 256 KiB', async () => {
  const bytes = await slowReaders({ readers: 120 });
  assert.ok(bytes <= 256 * 1024, `${Math.round(bytes / 1024)} KiB`);
});

test('SIGTERM lets open streams end, accepts nothing new and exits with 0', async () => {
  const ended = await drain({ streams: 60, streamMs: 2_000, drainMs: 30_000 });
  assert.deepEqual(ended, { whole: 60, told: 0, lost: 0, exitCode: 0, takenIn: 0 });
});

test('streams that outlast the shutdown timeout end with an error event, not a cut', async () => {
  const ended = await drain({ streams: 60, streamMs: 600_000, drainMs: 300 });
  assert.deepEqual(ended, { whole: 0, told: 60, lost: 0, exitCode: 0, takenIn: 0 });
});

test('as long as one provider works, clients do not notice failures of the others', async () => {
  const { failures, furtherAttempts } = await outage({ calls: 1_000, atOnce: 20, share: 0.3 });
  assert.equal(failures, 0);
  // A failing provider is soon called less often, so the number of failed attempts is random: about 80 to 200.
  assert.ok(furtherAttempts > 20, `${furtherAttempts}`);
});

test('with ten times more callers than slots, the provider stays busy and the other callers get a retry time at once', async () => {
  const refusal = { status: 503, retryAfter: '1' };
  for (const { told, ...how } of [{ told: true }, { told: false }, { told: false, refusal }]) {
    const found = await overload({
      places: 10,
      callers: 100,
      // Long compared with what a call costs this machine, even if it is busy.
      answerMs: 500,
      told,
      ...how,
      warmMs: 1_000,
      measuredMs: 1_500,
      leastShed: 6,
    });
    // The goal is 90 %; a fifth of that would be wrong on any machine.
    assert.ok(found.capacityKept > 0.18, `${found.capacityKept}`);
    assert.ok(found.shed > 5, `${found.shed}`);
    assert.ok(found.shedP50Ms < 750, `${found.shedP50Ms} ms`);
    assert.deepEqual([found.withoutRetryAfter, found.other], [0, 0]);
    if (told) assert.equal(found.maxAtOnce, 10, 'it never gets more calls than it accepts');
  }
});
