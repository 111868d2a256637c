import { answerKey } from '../../src/learning/prompts/answer-key.ts';
import { pricedModels } from './cascades.ts';
import type { RoutingRow } from './read-rows.ts';

/** One model on all rows. Equal keys are equal answers of one row; 0 is none. */
export type Column = {
  readonly model: string;
  readonly keys: Int32Array;
  readonly scores: Float64Array;
  readonly costs: Float64Array;
};

/** Returns a column for every model with a known price, cheapest first. */
export function columnsOf(rows: readonly RoutingRow[]): Column[] {
  const ids = new Map<string, number>();
  const idOf = (key: string | undefined) => {
    if (key === undefined) return 0;
    const id = ids.get(key) ?? ids.size + 1;
    ids.set(key, id);
    return id;
  };
  const everywhere = [...rows.keys()];
  return pricedModels(rows)
    .map((model) => {
      const results = rows.map((row) => row.results.get(model));
      return {
        model,
        keys: Int32Array.from(results, (result) => idOf(answerKey(result?.answer))),
        scores: Float64Array.from(results, (result) => result?.score ?? 0),
        costs: Float64Array.from(results, (result) => result?.cost ?? 0),
      };
    })
    .sort((a, b) => meanOf(a.costs, everywhere) - meanOf(b.costs, everywhere));
}

/** Returns the model with the highest mean score over some rows. */
export function bestOf(columns: readonly Column[], index: readonly number[]): Column {
  const best = highest(columns, (column) => meanOf(column.scores, index));
  if (best === undefined) throw new Error('no model has a price and a result on every row');
  return best;
}

/** Returns the item of highest value; the first of equals. */
export function highest<T>(items: readonly T[], value: (item: T) => number): T | undefined {
  let best: { readonly item: T; readonly value: number } | undefined;
  for (const item of items) {
    const rated = value(item);
    if (best === undefined || rated > best.value) best = { item, value: rated };
  }
  return best?.item;
}

/** Returns the mean of a column's values over some rows. */
export function meanOf(values: Float64Array, index: readonly number[]): number {
  return index.reduce((sum, row) => sum + (values[row] ?? 0), 0) / index.length;
}
