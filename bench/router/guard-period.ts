import { type Arm, guardArm } from '../../src/learning/outcomes/guard-arm.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { median } from '../median.ts';

/**
 * Prints in how many runs the guard trips within a thousand rated calls, and after how many of them, by the number of
 * calls that it compares. Needs no data: outcomes are drawn. `node bench/router/guard-period.ts`
 */
const periods = [500, 1_000, 1_500, 2_500, 4_000, Number.POSITIVE_INFINITY];
type Qualities = Readonly<Record<Arm, number>>;

const both = (quality: number): Qualities => ({ learned: quality, guard: quality });
const cases: readonly { readonly name: string; readonly before: Qualities; readonly after: Qualities }[] = [
  { name: 'the work becomes harder for both, .95 to .6', before: both(0.95), after: both(0.6) },
  { name: 'the work becomes harder for both, .9 to .5', before: both(0.9), after: both(0.5) },
  {
    name: 'learned choices become worse, .85 to .3',
    before: { learned: 0.85, guard: 0.8 },
    after: { learned: 0.3, guard: 0.8 },
  },
  {
    name: 'learned choices become worse, .8 to .6',
    before: both(0.8),
    after: { learned: 0.6, guard: 0.8 },
  },
];
const runs = 100;
const callsBefore = 5_000;
const callsAfter = 1_000;

for (const { name, before, after } of cases) {
  console.log(`\n${name}`);
  for (const period of periods) {
    const trips = Array.from({ length: runs }, (_, seed) =>
      tripsAfter({ period, before, after, seed }),
    ).filter((calls) => calls !== undefined);
    const when = trips.length === 0 ? '' : `, after ${median(trips)} rated calls`;
    console.log(`  ${String(period).padEnd(10)}trips in ${trips.length} of ${runs} runs${when}`);
  }
}

/** Returns after how many rated calls the guard trips, if it does. */
function tripsAfter({
  period,
  before,
  after,
  seed,
}: {
  readonly period: number;
  readonly before: Qualities;
  readonly after: Qualities;
  readonly seed: number;
}): number | undefined {
  const random = seededRandom(seed);
  const arms = guardArm(undefined, { period });
  for (let at = 0; at < callsBefore + callsAfter; at++) {
    const { arm } = arms.next(random, 'key');
    const quality = at < callsBefore ? before : after;
    arms.record(arm, { keyId: 'key', score: Number(random() < quality[arm]) });
    if (at >= callsBefore && arms.trippedFor('key')) return at - callsBefore + 1;
  }
  return undefined;
}
