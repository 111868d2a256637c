import { type AlarmSettings, usualAlarm } from '../../src/learning/outcomes/drift-watch.ts';
import { OnlineLearner } from '../../src/learning/outcomes/online-learner.ts';
import { chanceOf, logOddsOf } from '../../src/learning/models/log-odds.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { median } from '../median.ts';

/**
 * Prints how often the alarm for changed models suspects one that never changed, and after how many rated calls a model
 * that did is estimated below the middle of its old and its new chance. Needs no data: outcomes are drawn.
 * `node bench/router/change-alarm.ts`
 */
const steady = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
/** How far the prior is from the truth: the learner has to find out what is usual. */
const priorErrors = [0, 0.15, -0.15];
const falls = [
  [0.9, 0.2],
  [0.7, 0.14],
  [0.9, 0.6],
  [0.7, 0.4],
  [0.5, 0.25],
] as const;
const settings: readonly AlarmSettings[] = [1, 1.5, 2, 2.5].flatMap((fall) =>
  [1_000, 10_000, 100_000].map((apart) => ({ ...usualAlarm, fall, alarmAt: Math.log(apart) })),
);

const outcomesOfSteady = 100_000;
const outcomesBefore = 1_000;
const runs = 41;
const subject = { model: 'lab/one', task: 'task', keyId: 'key', base: 0.8 };

console.log('fall  alarm at  suspicions of a sound model   calls until noticed (median, worst twentieth)');
console.log(
  `${' '.repeat(16)}per 100,000 rated calls       ${falls.map((fall) => fall.join(' to ').padEnd(13)).join('')}`,
);
for (const alarm of settings) {
  const suspicions = steady.flatMap((chance, at) =>
    priorErrors.map((error, seed) =>
      suspicionsOf(alarm, { chance, base: likely(chance + error), seed: 10 * at + seed }),
    ),
  );
  const noticed = falls.map(([before, after]) => {
    const calls = Array.from({ length: runs }, (_, seed) =>
      callsUntilNoticed(alarm, { before, after, seed }),
    );
    const late = calls.toSorted((a, b) => a - b)[Math.floor(0.95 * runs)];
    return `${median(calls)}, ${late}`.padEnd(13);
  });
  const mean = suspicions.reduce((sum, count) => sum + count, 0) / suspicions.length;
  const most = Math.max(...suspicions);
  console.log(
    `${String(alarm.fall).padEnd(6)}${Math.exp(alarm.alarmAt).toFixed(0).padEnd(10)}${`${mean.toFixed(2)} (at most ${most})`.padEnd(30)}${noticed.join('')}`,
  );
}

console.log('\ndecided at   sound: confirmed, calls until refuted   fallen: refuted, calls until confirmed');
for (const apart of [20, 100, 1_000]) {
  const alarm = { ...usualAlarm, decidedAt: Math.log(apart) };
  const cells = [false, true].map((hasFallen) => {
    const tests = [0.5, 0.7, 0.9].flatMap((chance) =>
      Array.from({ length: 5 * runs }, (_, seed) => afterSuspicion(alarm, { chance, hasFallen, seed })),
    );
    const wrong = tests.filter(({ isConfirmed }) => isConfirmed !== hasFallen).length;
    return `${((100 * wrong) / tests.length).toFixed(1)} %, ${median(tests.map(({ calls }) => calls))}`;
  });
  console.log(`${String(apart).padEnd(13)}${cells.map((cell) => cell.padEnd(40)).join('')}`);
}

/** Makes a model suspect by a run of failures, and returns how its next outcomes decide that. */
function afterSuspicion(
  alarm: AlarmSettings,
  {
    chance,
    hasFallen,
    seed,
  }: { readonly chance: number; readonly hasFallen: boolean; readonly seed: number },
): { readonly isConfirmed: boolean; readonly calls: number } {
  const { learner, learn } = drawnModel(alarm, 2_000 + seed);
  for (let call = 0; call < outcomesBefore; call++) learn(chance);
  do learn(0);
  while (!learner.suspectsAny);
  const present = hasFallen ? chanceOf(logOddsOf(chance) - alarm.fall) : chance;
  let calls = 0;
  do {
    learn(present);
    calls++;
  } while (learner.suspectsAny);
  // What was known before counts for hundreds.
  return { isConfirmed: learner.estimate(subject).weight < outcomesBefore / 10, calls };
}

/** Counts how often a model that succeeds with the same chance all the time becomes suspect. */
function suspicionsOf(
  alarm: AlarmSettings,
  { chance, base, seed }: { readonly chance: number; readonly base: number; readonly seed: number },
): number {
  const { learner, learn } = drawnModel(alarm, seed, base);
  let count = 0;
  for (let call = 0; call < outcomesOfSteady; call++) {
    const wasSuspect = learner.suspectsAny;
    learn(chance);
    count += Number(!wasSuspect && learner.suspectsAny);
  }
  return count;
}

/** Counts the rated calls of a model after its fall until its estimate has crossed the middle of both chances. */
function callsUntilNoticed(
  alarm: AlarmSettings,
  { before, after, seed }: { readonly before: number; readonly after: number; readonly seed: number },
): number {
  const { learner, learn } = drawnModel(alarm, 1_000 + seed);
  for (let call = 0; call < outcomesBefore; call++) learn(before);
  for (let call = 0; call < outcomesBefore; call++) {
    if (learner.estimate(subject).mean <= (before + after) / 2) return call;
    learn(after);
  }
  return outcomesBefore;
}

/** A model with verdicts that are drawn with a given chance. */
function drawnModel(alarm: AlarmSettings, seed: number, base = subject.base) {
  const random = seededRandom(seed);
  const learner = new OnlineLearner({ alarm });
  let at = 0;
  const learn = (chance: number) =>
    learner.learn({ ...subject, base, score: Number(random() < chance), at: at++ });
  return { learner, learn };
}

function likely(chance: number): number {
  return Math.min(0.97, Math.max(0.03, chance));
}
