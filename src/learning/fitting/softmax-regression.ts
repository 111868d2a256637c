import type { LinearHead } from '../models/linear-model.ts';
import { softmax } from '../models/softmax.ts';
import type { SparseRows } from '../features/sparse-rows.ts';

/**
 * Fits multinomial logistic regression by stochastic gradient descent with a decaying step. The order of rows comes
 * from a fixed seed, so the same data give the same weights. Returns one head per class.
 */
export function fitSoftmax(
  rows: SparseRows,
  options: {
    readonly index: readonly number[];
    /** The class of each row, 0 to `classes` - 1. */
    readonly labels: ArrayLike<number>;
    readonly classes: number;
    readonly epochs?: number;
    readonly step?: number;
    /** Initial heads, one per class. Default: zeros. */
    readonly start?: readonly LinearHead[];
  },
): LinearHead[] {
  const { index, labels, classes, epochs = 8, step = 4, start = [] } = options;
  const weights = new Float32Array(rows.buckets * classes);
  const bias = new Float64Array(classes);
  for (const [c, head] of start.entries()) {
    bias[c] = head.bias;
    for (let bucket = 0; bucket < rows.buckets; bucket++) {
      weights[bucket * classes + c] = head.weights[bucket] ?? 0;
    }
  }
  const scores = new Float64Array(classes);
  const order = Int32Array.from(index);
  const random = shuffler(1);
  for (let epoch = 0; epoch < epochs; epoch++) {
    random(order);
    const rate = step / (1 + 0.7 * epoch);
    for (const row of order) {
      predict(rows, row, weights, bias, scores);
      for (let c = 0; c < classes; c++) scores[c] = (labels[row] === c ? 1 : 0) - (scores[c] ?? 0);
      const share = rate * (rows.values[row] ?? 0);
      const end = rows.starts[row + 1] ?? 0;
      for (let at = rows.starts[row] ?? 0; at < end; at++) {
        const base = (rows.columns[at] ?? 0) * classes;
        for (let c = 0; c < classes; c++) {
          weights[base + c] = (weights[base + c] ?? 0) + share * (scores[c] ?? 0);
        }
      }
      // The bias moves slowly, or it would absorb what the words should explain.
      for (let c = 0; c < classes; c++) bias[c] = (bias[c] ?? 0) + 0.02 * rate * (scores[c] ?? 0);
    }
  }
  return Array.from({ length: classes }, (_, c) => ({
    weights: Float64Array.from({ length: rows.buckets }, (_, bucket) => weights[bucket * classes + c] ?? 0),
    bias: bias[c] ?? 0,
  }));
}

function predict(
  rows: SparseRows,
  row: number,
  weights: Float32Array,
  bias: Float64Array,
  into: Float64Array,
): void {
  into.fill(0);
  const classes = into.length;
  const end = rows.starts[row + 1] ?? 0;
  for (let at = rows.starts[row] ?? 0; at < end; at++) {
    const base = (rows.columns[at] ?? 0) * classes;
    for (let c = 0; c < classes; c++) into[c] = (into[c] ?? 0) + (weights[base + c] ?? 0);
  }
  const value = rows.values[row] ?? 0;
  for (let c = 0; c < classes; c++) into[c] = (into[c] ?? 0) * value + (bias[c] ?? 0);
  softmax(into);
}

/** Fisher-Yates shuffle with its own small generator, so that training is reproducible. */
function shuffler(seed: number): (order: Int32Array) => void {
  let state = seed;
  return (order) => {
    for (let last = order.length - 1; last > 0; last--) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const other = Math.floor((state / 4_294_967_296) * (last + 1));
      const swapped = order[last] ?? 0;
      order[last] = order[other] ?? 0;
      order[other] = swapped;
    }
  };
}
