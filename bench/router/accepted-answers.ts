import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { acceptanceCalibration } from '../../src/learning/acceptance/acceptance-calibration.ts';
import { acceptanceWeights } from '../../src/learning/acceptance/acceptance-weights.ts';
import { acceptedShare, calibrationError } from './accepted-share.ts';
import {
  countedAnswers,
  priorsOf,
  rawChance,
  seenAnswers,
  setsWithTexts,
  signCounts,
  type SeenAnswer,
} from './seen-answers.ts';
import { readRows } from './read-rows.ts';
import { shown } from './targets.ts';

/**
 * Checks whether a cascade's threshold means what it states: of real answers that nothing was fitted to, how many reach
 * it, and how many of those are right. Judges the committed weights, on the sets with whole answers.
 */
const { values } = parseArgs({
  options: { data: { type: 'string' }, split: { type: 'string', default: 'dev' } },
});
const thresholds = [0.5, 0.7, 0.8, 0.9, 0.95, 0.97];

if (values.data === undefined || values.split === 'train') {
  console.error('Say where the data are: node bench/router/accepted-answers.ts --data DIR [--split dev].');
  process.exitCode = 2;
} else {
  const { fitted, judged } = await answersOf(values.data, values.split);
  if (judged.length === 0) {
    console.error(
      `${values.data} has ${values.split} and train of none of ${setsWithTexts.join(', ')}: nothing to judge.`,
    );
    process.exitCode = 2;
  } else report(fitted, judged, values.split);
}

function report(fitted: readonly SeenAnswer[], seen: readonly SeenAnswer[], split: string): void {
  const { calibrated } = acceptanceCalibration();
  const judged = seen.map((one) => ({
    ...one,
    chance: calibrated(rawChance(one, acceptanceWeights.odds)),
  }));
  const table = new Table({
    head: ['needed', 'accepted', 'of them right [95 %]', ''],
    style: { head: [], border: [] },
  });
  for (const needed of thresholds) {
    const { accepted, right } = acceptedShare(judged, needed);
    table.push([String(needed), `${(100 * accepted).toFixed(1)} %`, shown(right), verdict(right, needed)]);
  }
  console.log(`${split}: ${countedAnswers(seen)}. The intervals resample whole questions.`);
  console.log(`Chances compared with outcomes: ECE ${shown(calibrationError(judged))}`);
  console.log(table.toString());
  const { signs } = acceptanceWeights;
  if (JSON.stringify(signCounts(fitted)) !== JSON.stringify(signs))
    console.log(
      'The committed weights were fitted on other answers, or the answers are now parsed differently. To refit: npm run train:router -- --data DIR',
    );
}

/** Kept or missed by the value; "not shown" if the interval includes the other side. */
function verdict({ value, low, high }: ReturnType<typeof acceptedShare>['right'], needed: number): string {
  if (value >= needed) return low >= needed ? 'kept' : 'kept, not shown';
  return high < needed ? 'missed' : 'missed, not shown';
}

async function answersOf(folder: string, split: string) {
  const fitted: SeenAnswer[] = [];
  const judged: SeenAnswer[] = [];
  for (const set of setsWithTexts) {
    const [fit, judge] = [await readRows(folder, set, 'train'), await readRows(folder, set, split)];
    if (!fit || !judge) continue;
    const priors = priorsOf(fit);
    fitted.push(...seenAnswers(fit, priors));
    judged.push(...seenAnswers(judge, priors));
  }
  return { fitted, judged };
}
