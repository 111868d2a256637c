import type { Refusal } from './crowded-upstream.ts';
import { drain } from './drain.ts';
import { manyStreams } from './many-streams.ts';
import { outage } from './outage.ts';
import { overload } from './overload.ts';
import { reload } from './reload.ts';
import { slowReaders } from './slow-readers.ts';

/** A part's goal and its result. */
export type Finding = { readonly wanted: string; readonly found: string; readonly ok: boolean };

const mb = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;

/**
 * Minimum of failed attempts in the outage, so that it shows something. The number above it varies (250 to 1,500 were
 * seen): an open breaker keeps calls away from failing providers for 15 seconds, and a quick machine has then sent all.
 */
const minFailed = 100;

/**
 * What a gateway must withstand, at full size. The tests run the same parts at small sizes (test/gateway/soak.test.ts).
 */
export const soakParts: Readonly<Record<string, () => Promise<Finding>>> = {
  async streams() {
    const streams = 1_000;
    const { exact, together, peakRssBytes } = await manyStreams({ streams, chunks: 60, chunkEveryMs: 150 });
    return {
      wanted: `${streams} streams of 60 chunks at once, byte for byte, in 256 MB`,
      found: `${exact} exact, ${together} at once, ${mb(peakRssBytes)} at most`,
      ok: exact === streams && together === streams && peakRssBytes <= 256 * 2 ** 20,
    };
  },
  async readers() {
    const bytes = await slowReaders({ readers: 200 });
    return {
      wanted: 'at most 256 KiB for a reader that has stopped',
      found: `${(bytes / 1024).toFixed(0)} KiB each for 200 of them`,
      ok: bytes <= 256 * 1024,
    };
  },
  async drain() {
    const { whole, told, lost, exitCode, takenIn } = await drain({
      streams: 500,
      streamMs: 5_000,
      drainMs: 30_000,
    });
    return {
      wanted: 'SIGTERM during 500 streams: all end, no new call is accepted',
      found: `${whole} complete, ${told} ended with an error, ${lost} lost, ${takenIn} accepted, exit ${exitCode}`,
      ok: whole === 500 && takenIn === 0 && exitCode === 0,
    };
  },
  async reload() {
    const { sent, failures, loaded, refused } = await reload({ perSecond: 500, seconds: 10 });
    const [first] = failures;
    return {
      wanted:
        '500 requests a second while the configuration changes, with valid and invalid files: none fails',
      found: `${failures.length} of ${sent} failed, ${loaded} configurations loaded, ${refused} refused${first ? `; ${first}` : ''}`,
      ok: failures.length === 0 && sent >= 4_500 && loaded >= 10 && refused >= 5,
    };
  },
  async outage() {
    const { failures, furtherAttempts } = await outage({ calls: 10_000, atOnce: 50, share: 0.3 });
    return {
      wanted: '10,000 calls while 30 % of the requests to all providers but one fail: no client notices',
      found: `clients saw ${failures} failures, ${furtherAttempts} attempts failed`,
      ok: failures === 0 && furtherAttempts > minFailed,
    };
  },
  overload: () => crowd({ told: true }),
  'overload-learnt': () => crowd({ told: false }),
  'overload-503': () => crowd({ told: false, refusal: { status: 503, retryAfter: '1' } }),
  'overload-workers': () => crowd({ told: false, workers: 2 }),
};

type Crowd = { readonly told: boolean; readonly workers?: number; readonly refusal?: Refusal };

/** Ten times as many callers as the provider has slots; the limit is configured or learned from refusals. */
async function crowd({ told, workers = 1, refusal }: Crowd): Promise<Finding> {
  const kept = 0.9;
  const maxMs = 50;
  const found = await overload({
    places: 100,
    callers: 1_000,
    answerMs: 1_000,
    told,
    workers,
    ...(refusal && { refusal }),
    warmMs: 5_000,
    measuredMs: 15_000,
  });
  const { capacityKept, shed, shedP50Ms, shedP99Ms, shedMostMs, withoutRetryAfter, other } = found;
  return {
    wanted: `1,000 callers, 100 places${told ? '' : ', limit not configured'}${refusal ? `, refusals are ${refusal.status}s` : ''}${workers > 1 ? `, ${workers} workers` : ''}: at least 90 % of the capacity kept, the excess refused within 50 ms (p99) with retry-after`,
    found:
      `${(capacityKept * 100).toFixed(1)} % kept, ${shed} refused in ${shedP50Ms.toFixed(1)} ms (p50), ` +
      `${shedP99Ms.toFixed(1)} ms (p99), ${shedMostMs.toFixed(0)} ms (most), ${withoutRetryAfter + other} otherwise`,
    ok: capacityKept >= kept && shed > 0 && shedP99Ms <= maxMs && withoutRetryAfter + other === 0,
  };
}
