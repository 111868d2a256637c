import { bestOf, type Column, meanOf } from './answer-columns.ts';

/**
 * A decision tree: return the answer of `give`, or ask `ask` and continue by which answer it agrees with. `value` is
 * the value of the rows that reach this node: their successes less `price` for each of the best single model's mean
 * costs.
 */
export type AgreementPolicy =
  | { readonly value: number; readonly give: Column }
  | { readonly value: number; readonly ask: Column; readonly next: ReadonlyMap<number, AgreementPolicy> };

type Search = {
  readonly columns: readonly Column[];
  /** How many models may be asked per prompt. */
  readonly maxCalls: number;
  /** How much a dollar reduces the value. */
  readonly lambda: number;
};

/**
 * Finds the best policy over the rows in `index` among all that observe only which answers agree: the next model may
 * depend on that, every model may be asked, and any answer so far may be given. Exact: the same models with the same
 * agreement leave the same rows in whatever order they were asked, so each such state is computed once. Chosen on the
 * rows it is played on, it is a bound that cannot be beaten there, not an achievable result.
 */
export function bestAgreementPolicy(index: readonly number[], search: Search): AgreementPolicy {
  const { columns, maxCalls, lambda } = search;
  const states = new Map<string, AgreementPolicy>();

  function best(rows: readonly number[], asked: readonly number[]): AgreementPolicy {
    const answer = bestAnswer(columns, rows, asked);
    if (answer && asked.length === maxCalls) return answer;
    const state = `${asked.join()} ${patternOf(columns, asked, rows[0] ?? 0)}`;
    const known = states.get(state);
    if (known) return known;
    let found = answer;
    for (const [model, ask] of columns.entries()) {
      if (asked.includes(model)) continue;
      const price = lambda * sumOf(ask.costs, rows);
      // Not worth its price even if it made all of them right.
      if (found && rows.length - price <= found.value) continue;
      const now = [...asked, model].sort((a, b) => a - b);
      const next = new Map<number, AgreementPolicy>();
      let value = -price;
      for (const [side, part] of partsOf(rows, (row) => sideOf(columns, asked, ask, row))) {
        const then = best(part, now);
        next.set(side, then);
        value += then.value;
      }
      if (!found || value > found.value) found = { value, ask, next };
    }
    if (!found) throw new RangeError('a policy needs a model and a call');
    states.set(state, found);
    return found;
  }

  return best(index, []);
}

/** Returns the score and cost of a policy on a row; in a state that was never seen, `otherwise` is asked. */
export function playPolicy(
  policy: AgreementPolicy,
  row: number,
  { columns, otherwise }: { readonly columns: readonly Column[]; readonly otherwise: Column },
): { readonly score: number; readonly cost: number } {
  let cost = 0;
  const asked: number[] = [];
  for (let at: AgreementPolicy | undefined = policy; at !== undefined;) {
    if ('give' in at) return { score: at.give.scores[row] ?? 0, cost };
    const { ask, next }: Extract<AgreementPolicy, { ask: Column }> = at;
    cost += ask.costs[row] ?? 0;
    at = next.get(sideOf(columns, asked, ask, row));
    asked.push(columns.indexOf(ask));
    asked.sort((a, b) => a - b);
  }
  return { score: otherwise.scores[row] ?? 0, cost: cost + (otherwise.costs[row] ?? 0) };
}

/**
 * Returns the least share of the best single model's cost at which any policy of that kind can reach its accuracy: at
 * every price of a success, the value of the best policy bounds all others.
 */
export function leastShareOfCost(
  columns: readonly Column[],
  index: readonly number[],
  options: { readonly maxCalls: number; readonly prices?: readonly number[] },
): number {
  const { maxCalls, prices = [0.1, 0.13] } = options;
  const best = bestOf(columns, index);
  const [score, cost] = [meanOf(best.scores, index), meanOf(best.costs, index)];
  const bounds = prices.map((price) => {
    const { value } = bestAgreementPolicy(index, { columns, maxCalls, lambda: price / cost });
    return (score - value / index.length) / price;
  });
  return Math.max(0, ...bounds);
}

function bestAnswer(
  columns: readonly Column[],
  rows: readonly number[],
  asked: readonly number[],
): AgreementPolicy | undefined {
  let found: AgreementPolicy | undefined;
  for (const model of asked) {
    const give = columns[model];
    const value = give ? sumOf(give.scores, rows) : 0;
    if (give && (!found || value > found.value)) found = { value, give };
  }
  return found;
}

function partsOf(rows: readonly number[], sideOf: (row: number) => number): Map<number, number[]> {
  const parts = new Map<number, number[]>();
  for (const row of rows) {
    const side = sideOf(row);
    const part = parts.get(side);
    if (part) part.push(row);
    else parts.set(side, [row]);
  }
  return parts;
}

const alone = -1;
const silent = -2;

/**
 * Returns the first of the models asked before with which the next one agrees; `alone` if none, `silent` if it gave no
 * answer.
 */
function sideOf(columns: readonly Column[], asked: readonly number[], next: Column, row: number): number {
  const key = next.keys[row] ?? 0;
  if (key === 0) return silent;
  for (const model of asked) if (columns[model]?.keys[row] === key) return model;
  return alone;
}

/** Which answers agree: in `001` the first two do, `-` gave no answer. */
function patternOf(columns: readonly Column[], asked: readonly number[], row: number): string {
  const met: number[] = [];
  let pattern = '';
  for (const model of asked) {
    const key = columns[model]?.keys[row] ?? 0;
    if (key === 0) {
      pattern += '-';
      continue;
    }
    const known = met.indexOf(key);
    pattern += known === -1 ? met.push(key) - 1 : known;
  }
  return pattern;
}

function sumOf(values: Float64Array, rows: readonly number[]): number {
  let sum = 0;
  for (const row of rows) sum += values[row] ?? 0;
  return sum;
}
