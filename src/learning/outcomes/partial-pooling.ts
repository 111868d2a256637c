import type { CellKey, CellStore } from '../models/cell-store.ts';
import { likely, logOddsOf } from '../models/log-odds.ts';
import {
  type Bound,
  type CellEvidence,
  evidenceOf,
  joinedKinds,
  joinedProviders,
  noEvidence,
  type Reading,
} from '../models/outcome-cell.ts';
import { shiftShown } from '../models/shift-shown.ts';

/** How many outcomes the expectation of the next wider level counts for. */
export type Trust = { readonly model: number; readonly task: number; readonly tag: number };

/** For a base that is a guess from tier and strengths: outcomes soon outweigh it. */
export const guessedBase: Trust = { model: 30, task: 15, tag: 10 };

/**
 * How many outcomes the record of a model at all providers counts for at one of them, if others gave all of it. A
 * provider serves the same weights as the others, with its own settings and faults.
 */
const providerTrust = 30;

/** All that outcomes and signs have shown, read at one time, with a bound on what each key counts for. */
export type PooledEvidence = {
  readonly cells: CellStore;
  readonly signs: CellStore;
  readonly trust: Trust;
  readonly bound: Bound;
  readonly reading: Reading;
};

/** What a model's outcomes at all kinds of work show of any other: shifts of log-odds by outcomes and by signs. */
export type WideShift = { readonly shift: number; readonly sign: number; readonly weight: number };

/** How far a model's log-odds at a kind of work are from where they started. */
export type ShiftAtTask = {
  readonly shift: number;
  /** Effective number of outcomes of all kinds of work together, or of this one if that is more. */
  readonly weight: number;
  /** Effective number of outcomes of just this kind of work. */
  readonly weightAtTask: number;
};

/** Returns what a model's outcomes show of any kind of work, if its base counts for `counts` outcomes. */
export function wideShift(
  evidence: PooledEvidence,
  { model, counts = evidence.trust.model }: Pick<CellKey, 'model'> & { readonly counts?: number },
): WideShift {
  const seen = evidenceOfAll(evidence, evidence.cells, model);
  const signed = evidenceOfAll(evidence, evidence.signs, model);
  return {
    shift: shiftShown(seen, 0, counts),
    sign: signed.surprise / (signed.weight + counts),
    weight: seen.weight,
  };
}

/**
 * Shrinks what is known of a model at a task to what is known of the model, and in a project to that at the task.
 * Outcomes at several providers are pooled, and what one provider shows itself is shrunk to that.
 */
export function shiftAtTask(
  evidence: PooledEvidence,
  subject: CellKey & { readonly base: number; readonly lean?: number },
  wide: WideShift,
): ShiftAtTask {
  const { cells, signs, trust } = evidence;
  const { base, lean = 0 } = subject;
  let { shift, sign, weight } = wide;
  let weightAtTask = 0;
  for (const key of cellKeysOf(subject)) {
    const isKind = key.tag === undefined;
    // A lean concerns one task: the model's outcomes at that task override it, others do not.
    if (isKind) shift += logOddsOf(likely(base + lean)) - logOddsOf(likely(base));
    const pull = isKind ? trust.task : trust.tag;
    const seen = pooledAt(evidence, cells, key);
    const signed = pooledAt(evidence, signs, key);
    shift = shiftShown(seen, shift, pull);
    if (isKind) shift = atProvider(evidence, key, { shift, pooled: seen.weight });
    sign = (signed.surprise + pull * sign) / (signed.weight + pull);
    weight = Math.max(weight, seen.weight);
    if (isKind) weightAtTask = seen.weight;
  }
  return { weightAtTask, shift: shift + (sign * trust.task) / (trust.task + weight), weight };
}

/** Returns the kind of work, and the project in it if there is one. */
export function cellKeysOf({ model, task, tag }: CellKey): CellKey[] {
  const kind = { model, task };
  return tag === undefined ? [kind] : [kind, { ...kind, tag }];
}

/** Adds what the model's own provider shows, unless all that is known comes from there. */
function atProvider(
  evidence: PooledEvidence,
  key: CellKey,
  { shift, pooled }: { readonly shift: number; readonly pooled: number },
): number {
  const own = evidenceAt(evidence, evidence.cells, key);
  const others = pooled - own.weight;
  // The share of others in the pool is what it says beyond this provider's own record.
  return others > 1e-9 ? shiftShown(own, shift, (providerTrust * pooled) / others) : shift;
}

function evidenceOfAll(
  { bound, reading, trust }: PooledEvidence,
  store: CellStore,
  model: string,
): CellEvidence {
  const others = store.elsewhere(model);
  const kinds =
    others.length === 0
      ? [...store.of(model).kinds.values()].map(reading)
      : pooledKinds(store, [model, ...others], reading);
  return evidenceOf(joinedKinds(kinds, trust.task, bound), bound);
}

/** Returns the cells of each kind of work, with those of all these models joined. */
function pooledKinds(store: CellStore, models: readonly string[], reading: Reading): ReturnType<Reading>[] {
  const byTask = new Map<string, ReturnType<Reading>[]>();
  for (const model of models)
    for (const [task, cell] of store.of(model).kinds) {
      const read = byTask.get(task);
      if (read) read.push(reading(cell));
      else byTask.set(task, [reading(cell)]);
    }
  return [...byTask.values()].map(joinedProviders);
}

function pooledAt(evidence: PooledEvidence, store: CellStore, key: CellKey): CellEvidence {
  const others = store.ofEach(store.elsewhere(key.model), key);
  if (others.length === 0) return evidenceAt(evidence, store, key);
  const own = store.at(key);
  const cells = own ? [own, ...others] : others;
  return evidenceOf(joinedProviders(cells.map(evidence.reading)), evidence.bound);
}

function evidenceAt({ bound, reading }: PooledEvidence, store: CellStore, key: CellKey): CellEvidence {
  const cell = store.at(key);
  return cell ? evidenceOf(reading(cell), bound) : noEvidence;
}
