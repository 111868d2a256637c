import { parseArgs } from 'node:util';
import { answerKey } from '../../src/learning/answer-key.ts';
import { familyOf } from './agreement.ts';
import { readRows, type RoutingRow } from './read-rows.ts';

/**
 * What agreement is worth: by how much the odds of an answer being right grow when another model says the same, and
 * shrink when it says otherwise. The weights of `src/acceptance/agreement.ts` are the medians that this prints.
 */
const sets = ['zeroeval_gsm', 'zeroeval_crux', 'zeroeval_mathl5', 'mmlupro'];
/** Only models that are neither hopeless nor perfect tell anything, and only pairs that meet often enough. */
const bounds = { least: 0.4, most: 0.95, agreements: 50, differences: 20 };

const { values } = parseArgs({ options: { data: { type: 'string' } } });
if (values.data === undefined) {
  console.error('Say where the data are: node bench/router/agreement-odds.ts --data DIR');
  process.exitCode = 2;
} else {
  for (const set of sets) {
    const rows = await readRows(values.data, set, 'train');
    if (rows)
      console.log(set.padEnd(16), text('other families', rows, false), text('one family', rows, true));
  }
}

type Odds = { readonly agree: number; readonly differ: number };

function text(what: string, rows: readonly RoutingRow[], related: boolean): string {
  const pairs = pairsOf(rows, related);
  const agree = median(pairs.map((pair) => pair.agree)).toFixed(2);
  const differ = median(pairs.map((pair) => pair.differ)).toFixed(2);
  return `${what}: ${pairs.length} pairs, × ${agree} where they agree, × ${differ} where they differ.`.padEnd(
    80,
  );
}

function pairsOf(rows: readonly RoutingRow[], related: boolean): Odds[] {
  const models = [...(rows[0]?.results.keys() ?? [])];
  const able = models.filter((model) => {
    const right = shareRight(rows, model);
    return right >= bounds.least && right <= bounds.most;
  });
  return able.flatMap((one) =>
    able.flatMap((other) =>
      one !== other && (familyOf(one) === familyOf(other)) === related
        ? (oddsOf(rows, one, other) ?? [])
        : [],
    ),
  );
}

function oddsOf(rows: readonly RoutingRow[], one: string, other: string): Odds | undefined {
  const seen = { agree: { count: 0, right: 0 }, differ: { count: 0, right: 0 } };
  for (const { results } of rows) {
    const [a, b] = [answerKey(results.get(one)?.answer), answerKey(results.get(other)?.answer)];
    if (a === undefined || b === undefined) continue;
    const cell = seen[a === b ? 'agree' : 'differ'];
    cell.count += 1;
    cell.right += results.get(one)?.score ?? 0;
  }
  const { agree, differ } = seen;
  if (agree.count < bounds.agreements || differ.count < bounds.differences) return undefined;
  const before = odds(agree.right + differ.right, agree.count + differ.count);
  return {
    agree: odds(agree.right, agree.count) / before,
    differ: odds(differ.right, differ.count) / before,
  };
}

/** Half a case is added to both sides, so that never is not infinitely unlikely. */
function odds(right: number, count: number): number {
  return (right + 0.5) / (count - right + 0.5);
}

function shareRight(rows: readonly RoutingRow[], model: string): number {
  return rows.reduce((sum, { results }) => sum + (results.get(model)?.score ?? 0), 0) / rows.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
