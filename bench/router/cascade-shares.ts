import { parseArgs } from 'node:util';
import { requestFeatures } from '../../test/support/request-features.ts';
import Table from 'cli-table3';
import { answerAcceptance } from '../../src/acceptance/weigh-answers.ts';
import type { StepAnswer } from '../../src/core/routing/acceptance/acceptance.ts';
import type { Model } from '../../src/core/model.ts';
import { acceptanceCalibration } from '../../src/learning/acceptance/acceptance-calibration.ts';
import { readRows, type RoutingRow } from './read-rows.ts';
import { modelNamed, priorsOf, replyOf, setsWithTexts } from './seen-answers.ts';

/**
 * Measures the shipped cascade on real answers, by the share of the strong model's chance that it requires of a cheap
 * answer: the share of the strong model's accuracy that it keeps as a whole, and its cost. The modes' shares were
 * chosen on `train`; `dev` is for inspecting them.
 */
const { values } = parseArgs({
  options: { data: { type: 'string' }, split: { type: 'string', default: 'train' } },
});
const shares = [0.5, 0.6, 0.7, 0.8, 0.9, 0.91, 0.93, 0.95, 0.96, 0.97, 0.99];
const cheap = ['gpt-4o-mini-2024-07-18', 'gemini-1.5-flash', 'deepseek-v2.5-0908', 'claude-3-haiku-20240307'];
const strong = ['claude-3-5-sonnet-20241022', 'gpt-4o-2024-08-06'];

if (values.data === undefined) {
  console.error('Say where the data are: node bench/router/cascade-shares.ts --data DIR [--split train].');
  process.exitCode = 2;
} else {
  const sets = await Promise.all(
    setsWithTexts.map(async (set) => ({
      rows: await readRows(values.data ?? '', set, values.split),
      fit: await readRows(values.data ?? '', set, 'train'),
    })),
  );
  const table = new Table({
    head: ['asked of an answer', 'accuracy kept', 'cost', 'first accepted', 'second accepted'],
    style: { head: [], border: [] },
  });
  for (const share of shares) {
    const sum = { right: 0, strongRight: 0, cost: 0, strongCost: 0, calls: 0, first: 0, second: 0 };
    for (const { rows = [], fit = [] } of sets) addSet(sum, { rows, priors: priorsOf(fit), share });
    const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
    table.push([
      share,
      percent(sum.right, sum.strongRight),
      percent(sum.cost, sum.strongCost),
      percent(sum.first, sum.calls),
      percent(sum.second, sum.calls),
    ]);
  }
  console.log(table.toString());
}

type Sum = Record<'right' | 'strongRight' | 'cost' | 'strongCost' | 'calls' | 'first' | 'second', number>;
type OfSet = {
  readonly rows: readonly RoutingRow[];
  readonly priors: ReadonlyMap<string, number>;
  readonly share: number;
};

function addSet(sum: Sum, { rows, priors, share }: OfSet): void {
  const { weigh } = answerAcceptance(acceptanceCalibration().calibrated);
  const quality = { of: ({ name }: Model) => priors.get(name) };
  for (const row of rows) {
    const features = requestFeatures({ work: { prompt: row.prompt }, quality });
    const accepted = (answers: readonly StepAnswer[], threshold: number) =>
      weigh({ request: { model: 'cascade', messages: [], stream: false }, features, answers, threshold });
    for (const best of strong) {
      const threshold = share * (priors.get(best) ?? 0);
      const last = row.results.get(best);
      for (const one of cheap) {
        for (const other of cheap) {
          if (one === other) continue;
          const [a, b] = [row.results.get(one), row.results.get(other)];
          if (!last || a?.text === undefined || b?.text === undefined) continue;
          const first = answerFrom(one, a.text, 0);
          sum.calls++;
          sum.strongRight += last.score;
          sum.strongCost += last.cost ?? 0;
          sum.cost += a.cost ?? 0;
          if (accepted([first], threshold).accepted) {
            sum.first++;
            sum.right += a.score;
            continue;
          }
          sum.cost += b.cost ?? 0;
          if (accepted([first, answerFrom(other, b.text, 1)], threshold).accepted) {
            sum.second++;
            sum.right += b.score;
            continue;
          }
          sum.cost += last.cost ?? 0;
          sum.right += last.score;
        }
      }
    }
  }
}

function answerFrom(name: string, text: string, step: number): StepAnswer {
  return { model: modelNamed(name), reply: replyOf(text), step };
}
