import { bestOf, type Column, meanOf } from './answer-columns.ts';

/**
 * What to do with what is known: give the answer of `give`, or ask `ask` and go on by whom its answer agrees with.
 * `value` is what the rows that come here are worth: their successes less `price` for each of the best single model's mean costs.
 */
export type AgreementPolicy =
  | { readonly value: number; readonly give: Column }
  | { readonly value: number; readonly ask: Column; readonly next: ReadonlyMap<number, AgreementPolicy> };

type Search = {
  readonly columns: readonly Column[];
  /** How many models a prompt may be asked of. */
  readonly mostCalls: number;
  /** What a dollar takes from the value. */
  readonly lambda: number;
};

/**
 * The best policy over the rows in `index` among all that see who agrees with whom and nothing else: whom to ask next may
 * depend on that, every model may be asked, and any answer so far may be given. Exact: whatever the order of asking, the
 * same models with the same agreement leave the same rows, so each such state is worked out once. Chosen on the rows that it
 * is played on it says what cannot be beaten there, not what could be had.
 */
export function bestAgreementPolicy(index: readonly number[], search: Search): AgreementPolicy {
  const { columns, mostCalls, lambda } = search;
  const states = new Map<string, AgreementPolicy>();

  function best(rows: readonly number[], asked: readonly number[]): AgreementPolicy {
    const answer = bestAnswer(columns, rows, asked);
    if (answer && asked.length === mostCalls) return answer;
    const state = `${asked.join()} ${patternOf(columns, asked, rows[0] ?? 0)}`;
    const known = states.get(state);
    if (known) return known;
    let found = answer;
    for (const [model, ask] of columns.entries()) {
      if (asked.includes(model)) continue;
      const price = lambda * sumOf(ask.costs, rows);
      // Not even if it made all of them right.
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

/** What a policy gives and pays for a row; where nothing like it was seen, `otherwise` is asked. */
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
 * At least so much of the best single model's cost takes its accuracy, by any policy of that kind: for every price of a success
 * what the best policy is worth bounds what all others can be.
 */
export function leastShareOfCost(
  columns: readonly Column[],
  index: readonly number[],
  options: { readonly mostCalls: number; readonly prices?: readonly number[] },
): number {
  const { mostCalls, prices = [0.1, 0.13] } = options;
  const best = bestOf(columns, index);
  const [score, cost] = [meanOf(best.scores, index), meanOf(best.costs, index)];
  const bounds = prices.map((price) => {
    const { value } = bestAgreementPolicy(index, { columns, mostCalls, lambda: price / cost });
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

/** Which of those who were asked before the next one agrees with first, if it agrees and answers at all. */
function sideOf(columns: readonly Column[], asked: readonly number[], next: Column, row: number): number {
  const key = next.keys[row] ?? 0;
  if (key === 0) return silent;
  for (const model of asked) if (columns[model]?.keys[row] === key) return model;
  return alone;
}

/** Who agrees with whom: `001` says that the first two do, `-` gave no answer. */
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
