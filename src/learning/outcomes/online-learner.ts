import type { TaskType } from '../../core/task.ts';
import type { Ms } from '../../core/units.ts';
import { type DriftWatch, newWatch, watchDrift } from './drift-watch.ts';
import {
  addToCell,
  type Decay,
  emptyCell,
  evidenceFor,
  evidenceOf,
  type Evidence,
  fadeShare,
  type OutcomeCell,
  type Share,
} from '../models/outcome-cell.ts';

/** What the router learns about: a model at a kind of work. */
export type Subject = {
  /** The model's id. */
  readonly model: string;
  readonly task?: TaskType | string;
  /** The project tag of the call, if it has one. */
  readonly tag?: string;
};

/** How one call turned out. */
export type LearnedOutcome = Subject & {
  /** The key that the signal comes from; its influence on others is bounded. */
  readonly keyId: string;
  /** P(success) before anything was learned: the prior, or the prediction of the committed weights for the prompt. */
  readonly base: number;
  /** 0 (bad) to 1 (good). */
  readonly score: number;
  /** Trust in the signal, 0 to 1. Default 1. */
  readonly weight?: number;
  readonly at: Ms;
};

/** Where an estimate starts. */
export type Start = Subject & {
  readonly base: number;
  /** A known lean of the model at this task, added to `base`; its own outcomes there override it. Default 0. */
  readonly lean?: number;
  /** The key of the call: its own outcomes count in full, those of others within bounds. Absent: no particular key. */
  readonly keyId?: string;
};

/** P(success) with the amount of evidence for it. */
export type Estimate = {
  readonly mean: number;
  /** Effective number of outcomes, decayed. */
  readonly weight: number;
  /** Standard deviation of the mean: large if little is known. */
  readonly deviation: number;
};

/**
 * Learns from outcomes how far each model deviates from its prior: per model, per task shrunk to the model, per project
 * tag shrunk to the task. Deterministic: the same outcomes in the same order give the same state, so processes that
 * read the outcomes of one store agree.
 */
export interface OnlineLearner {
  learn(outcome: LearnedOutcome): void;
  /** Estimates a model at a kind of work, starting from `base` and `lean`. */
  estimate(start: Start): Estimate;
  /** Whether any outcome came from this key; all other keys share their estimates. */
  hasHeard(keyId: string): boolean;
  /** Returns everything learned, as JSON. */
  snapshot(): LearnedState;
}

/** A snapshot. */
export type LearnedState = {
  readonly version: typeof stateVersion;
  readonly cells: readonly StoredCell[];
  readonly watches: readonly (readonly [modelAndKey: string, DriftWatch])[];
};

type StoredCell = readonly [name: string, lastAt: Ms, shares: readonly (readonly [string, number, number])[]];

export const stateVersion = 1;

/** How many outcomes the expectation of the next wider level counts for. */
export type Trust = { readonly model: number; readonly task: number; readonly tag: number };

/** For a base that is a guess from tier and strengths: outcomes soon outweigh it. */
export const guessedBase: Trust = { model: 30, task: 15, tag: 10 };

/** The largest possible uncertainty: a model without outcomes, at even chances. */
export const mostDeviation: number = 0.5 / Math.sqrt(guessedBase.model);

const usualDecay: Decay = { memory: 400, halfLifeMs: 30 * 24 * 3_600_000 };

/** How many outcomes a changed model's past counts for at other work. */
const keptElsewhere = 20;

/**
 * Limits above which the least recently used cells are dropped: this many cells and key shares take less than 10 MB of
 * JSON.
 */
const mostCells = 10_000;
const mostShares = 60_000;
const mostWatches = 5_000;

/** Starts from a snapshot, or empty. */
export function onlineLearner(
  options: { readonly state?: LearnedState; readonly decay?: Decay; readonly trust?: Trust } = {},
): OnlineLearner {
  const { decay = usualDecay, trust = guessedBase } = options;
  const { cells, watches } = restore(options.state);
  let shareCount = [...cells.values()].reduce((sum, { shares }) => sum + shares.size, 0);
  const heard = new Set([...cells.values()].flatMap(({ shares }) => [...shares.keys()]));
  // The weight of a changed model's latest outcomes: twice the expectation they contradict, or all that is remembered.
  const changeWeight = Math.min(decay.memory, 2 * trust.model);

  /** Returns how far a subject is from `base`, by the `evidence` of each of its cells, the widest first. */
  function shiftOf(subject: Subject & { lean?: number }, evidence: (cell: OutcomeCell) => Evidence) {
    let shift = 0;
    let weight = 0;
    for (const { name, pull, isTask } of levelsOf(subject, trust)) {
      // A lean concerns one task: the model's outcomes at that task override it, others do not.
      if (isTask) shift += subject.lean ?? 0;
      const cell = cells.get(name);
      if (cell === undefined) continue;
      const { surprise, weight: seen } = evidence(cell);
      shift = (surprise + pull * shift) / (seen + pull);
      weight = seen;
    }
    return { shift, weight };
  }

  function estimate({ base, keyId, ...subject }: Start): Estimate {
    const told = keyId === undefined ? evidenceOf : (cell: OutcomeCell) => evidenceFor(cell, keyId);
    const { shift, weight } = shiftOf(subject, told);
    const mean = likely(base + shift);
    return { mean, weight, deviation: Math.sqrt((mean * (1 - mean)) / (weight + trust.model)) };
  }

  function learn(outcome: LearnedOutcome): void {
    const { model, keyId, base, score, at, weight = 1 } = outcome;
    const surprise = score - base;
    heard.add(keyId);
    const watched = `${model}${separator}${keyId}`;
    const watch = watches.get(watched) ?? newWatch();
    putLast(watches, watched, watch);
    // Compared with what this key itself has seen: disagreement with others is no change of the model.
    const usual = shiftOf(outcome, (cell) => cell.shares.get(keyId) ?? evidenceOf(cell)).shift;
    const changed = watchDrift(watch, {
      surprise: surprise - usual,
      fromBase: surprise,
      weight,
    });
    for (const { name } of levelsOf(outcome, trust)) {
      const cell = cells.get(name) ?? emptyCell(at);
      shareCount -= cell.shares.size;
      addToCell(cell, { keyId, surprise, weight, at }, decay);
      shareCount += cell.shares.size;
      putLast(cells, name, cell);
    }
    if (changed) forgetPast(outcome, watch.latest);
    const isTooMuch = () => cells.size > mostCells || shareCount > mostShares;
    dropOldest(cells, isTooMuch, ({ shares }) => (shareCount -= shares.size));
    dropOldest(watches, () => watches.size > mostWatches);
  }

  /**
   * Discounts what a key knew of a model that has changed: in the cells where the change was noticed its latest
   * outcomes count alone, elsewhere its past counts little. What other keys saw stays: no key can erase it.
   */
  function forgetPast({ keyId, ...subject }: LearnedOutcome, latest: number): void {
    const noticed = new Set(levelsOf(subject, trust).map(({ name }) => name));
    for (const [name, cell] of cells) {
      const share = modelOf(name) === subject.model ? cell.shares.get(keyId) : undefined;
      if (share === undefined) continue;
      const kept = noticed.has(name) ? 1 : keptElsewhere;
      fadeShare(share, Math.min(1, kept / share.weight));
      if (name !== subject.model) continue;
      share.surprise += changeWeight * latest;
      share.weight += changeWeight;
    }
  }

  return {
    learn,
    estimate,
    hasHeard: (keyId) => heard.has(keyId),
    snapshot: () => ({
      version: stateVersion,
      cells: [...cells].map(([name, { lastAt, shares }]) => [
        name,
        lastAt,
        [...shares].map(([key, { surprise, weight }]) => [key, surprise, weight] as const),
      ]),
      watches: [...watches].map(([name, watch]) => [name, { ...watch }] as const),
    }),
  };
}

/** Limits a chance so that nothing is ever certain. */
export function likely(chance: number): number {
  return Math.min(0.995, Math.max(0.005, chance));
}

/** Puts an entry last, so that the map's order is the order of use. */
function putLast<T>(map: Map<string, T>, name: string, value: T): void {
  map.delete(name);
  map.set(name, value);
}

function dropOldest<T>(
  map: Map<string, T>,
  isTooMuch: () => boolean,
  dropped: (value: T) => void = () => {},
): void {
  // Checked first: to find its oldest entry, a map steps over all deleted places.
  if (!isTooMuch()) return;
  for (const [name, value] of map) {
    map.delete(name);
    dropped(value);
    if (!isTooMuch()) return;
  }
}

type Level = { readonly name: string; readonly pull: number; readonly isTask?: boolean };

// No id, task or tag contains a line break.
const separator = '\n';

/** Returns the levels from the model as a whole to the task in this project, each shrunk to the one before. */
function levelsOf({ model, task, tag }: Subject, trust: Trust): Level[] {
  const levels: Level[] = [{ name: model, pull: trust.model }];
  if (task !== undefined)
    levels.push({ name: `${model}${separator}${task}`, pull: trust.task, isTask: true });
  if (tag !== undefined) {
    levels.push({ name: `${model}${separator}${task ?? ''}${separator}${tag}`, pull: trust.tag });
  }
  return levels;
}

function modelOf(cellName: string): string {
  return cellName.split(separator, 1)[0] ?? cellName;
}

function restore(state: LearnedState | undefined): {
  cells: Map<string, OutcomeCell>;
  watches: Map<string, DriftWatch>;
} {
  if (state === undefined) return { cells: new Map(), watches: new Map() };
  const cells = state.cells.map(([name, lastAt, shares]): [string, OutcomeCell] => [
    name,
    {
      lastAt,
      shares: new Map(shares.map(([key, surprise, weight]): [string, Share] => [key, { surprise, weight }])),
    },
  ]);
  return {
    cells: new Map(cells),
    watches: new Map(state.watches.map(([name, watch]) => [name, { ...watch }])),
  };
}
