import type { AnswerShape } from './answer-shape.ts';
import type { ItemResponse } from './item-response.ts';
import { concentration } from './outcome-counts.ts';

/**
 * The belief about a question after the answers so far, by Bayes. Answers that agree form a group; each supposition
 * names the right group and the group of the popular wrong answer, or that such a group has not appeared yet.
 */
export type Belief = {
  /** How many answers each group has. */
  readonly groups: readonly number[];
  readonly suppositions: readonly Supposition[];
};

/** Its weights, one per kind of question, include the likelihood of all answers seen: they sum to its probability. */
type Supposition = {
  readonly right: number | undefined;
  readonly popular: number | undefined;
  readonly weights: Float64Array;
};

/** Returns the belief before any answer. */
export function unasked({ kinds }: ItemResponse): Belief {
  return { groups: [], suppositions: [{ right: undefined, popular: undefined, weights: kinds }] };
}

/**
 * Returns the belief after a model's answer that agrees with `group`; a number one past the last opens a new group, of
 * this shape.
 */
export function afterAnswer(
  response: ItemResponse,
  before: Belief,
  answer: { readonly model: number; readonly group: number; readonly shape: AnswerShape | undefined },
): Belief {
  const { model, group, shape } = answer;
  const chances = response.models[model];
  if (chances === undefined) throw new RangeError(`no model ${model}`);
  const agreed = before.groups[group];
  const answers = before.groups.reduce((sum, size) => sum + size, 0);
  const suppositions: Supposition[] = [];
  for (const { right, popular, weights } of before.suppositions) {
    const suppose = (now: Omit<Supposition, 'weights'>, chance: Float64Array, times = 1) => {
      if (times > 0) suppositions.push({ ...now, weights: weighed(weights, chance, times) });
    };
    const same = { right, popular };
    const others = answers - sizeOf(before, right) - sizeOf(before, popular) + concentration;
    if (agreed !== undefined) {
      if (group === right) suppose(same, chances.right);
      else if (group === popular) suppose(same, chances.popular);
      else suppose(same, chances.own, agreed / others);
      continue;
    }
    const wrong = shape?.wrong ?? 1;
    suppose(same, chances.own, (wrong * concentration) / others);
    if (right === undefined) suppose({ right: group, popular }, chances.right, shape?.right);
    if (popular === undefined) suppose({ right, popular: group }, chances.popular, wrong);
  }
  const groups = [...before.groups];
  groups[group] = (agreed ?? 0) + 1;
  return { groups, suppositions };
}

/**
 * Returns the likelihood of all answers seen, the part of it in which each group is right, and the part in which none
 * is right yet.
 */
export function chancesOf({ groups, suppositions }: Belief): {
  readonly all: number;
  readonly right: readonly number[];
  /** Per kind of question. */
  readonly nobodyRight: Float64Array;
} {
  const right = groups.map(() => 0);
  const nobodyRight = new Float64Array(suppositions[0]?.weights.length ?? 0);
  let all = 0;
  for (const supposition of suppositions) {
    const weight = sumOf(supposition.weights);
    all += weight;
    if (supposition.right === undefined) addTo(nobodyRight, supposition.weights);
    else right[supposition.right] = (right[supposition.right] ?? 0) + weight;
  }
  return { all, right, nobodyRight };
}

/** Returns the expected cost of a call to a model, times the probability of this state. */
export function costOf({ models }: ItemResponse, { suppositions }: Belief, model: number): number {
  const cost = models[model]?.cost;
  let sum = 0;
  for (const { weights } of suppositions)
    for (let kind = 0; kind < weights.length; kind++) sum += (weights[kind] ?? 0) * (cost?.[kind] ?? 0);
  return sum;
}

function sizeOf({ groups }: Belief, group: number | undefined): number {
  return group === undefined ? 0 : (groups[group] ?? 0);
}

function weighed(weights: Float64Array, chance: Float64Array, times: number): Float64Array {
  const product = new Float64Array(weights.length);
  for (let kind = 0; kind < product.length; kind++)
    product[kind] = (weights[kind] ?? 0) * (chance[kind] ?? 0) * times;
  return product;
}

function addTo(sums: Float64Array, values: Float64Array): void {
  for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] ?? 0) + (values[at] ?? 0);
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
