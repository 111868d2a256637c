import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { acceptanceCalibration } from '../../src/learning/acceptance-calibration.ts';
import { acceptanceWeights } from '../../src/learning/acceptance-weights.ts';
import { bootstrap } from './bootstrap.ts';
import { priorsOf, rawChance, seenAnswers, setsWithTexts } from './seen-answers.ts';
import { readRows } from './read-rows.ts';
import { shown } from './targets.ts';

/**
 * Whether a cascade's threshold means what it says: of real answers that nothing was fitted to, how many reach it, and how
 * many of those are right. Judges the committed weights, on the sets of which whole answers are known.
 */
const { values } = parseArgs({
  options: { data: { type: 'string' }, split: { type: 'string', default: 'dev' } },
});
const thresholds = [0.5, 0.7, 0.8, 0.9, 0.95, 0.97];

if (values.data === undefined || values.split === 'train') {
  console.error('Say where the data are: node bench/router/accepted-answers.ts --data DIR [--split dev].');
  process.exitCode = 2;
} else {
  const { calibrated } = acceptanceCalibration();
  const judged = await judgedAnswers(values.data, values.split, calibrated);
  const table = new Table({
    head: ['needed', 'accepted', 'of them right [95 %]', ''],
    style: { head: [], border: [] },
  });
  for (const needed of thresholds) {
    const right = judged.filter(({ chance }) => chance >= needed).map((one) => one.right);
    const measured = bootstrap(
      right.length,
      (draws) => right.reduce((sum, one, at) => sum + one * (draws[at] ?? 0), 0) / right.length,
    );
    const share = `${((100 * right.length) / judged.length).toFixed(1)} %`;
    table.push([String(needed), share, shown(measured), measured.value >= needed ? 'kept' : 'missed']);
  }
  const error = calibrationError(judged);
  console.log(
    `${judged.length} answers of ${values.split}, chances against what came true: ECE ${error.toFixed(3)}`,
  );
  console.log(table.toString());
}

type Judged = { readonly chance: number; readonly right: number };

async function judgedAnswers(
  folder: string,
  split: string,
  calibrated: (chance: number) => number,
): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const set of setsWithTexts) {
    const [fit, judge] = [await readRows(folder, set, 'train'), await readRows(folder, set, split)];
    if (!fit || !judge) continue;
    for (const one of seenAnswers(judge, priorsOf(fit)))
      judged.push({ chance: calibrated(rawChance(one, acceptanceWeights.odds)), right: one.right });
  }
  return judged;
}

/** Mean distance between chance and truth, over tenths of the chance. */
function calibrationError(judged: readonly Judged[]): number {
  const parts = Object.values(Object.groupBy(judged, ({ chance }) => Math.min(9, Math.floor(chance * 10))));
  const gaps = parts.map((part = []) =>
    Math.abs(part.reduce((sum, { chance, right }) => sum + right - chance, 0)),
  );
  return gaps.reduce((sum, gap) => sum + gap, 0) / judged.length;
}
