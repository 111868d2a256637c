import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json/json.ts';
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

/** A kind of work of a model: what the router learns about. */
export type Subject = {
  /** The model's id. */
  readonly model: string;
  readonly task?: TaskType | string;
  /** The project tag of the call, where it has one. */
  readonly tag?: string;
};

/** How one call turned out. */
export type LearnedOutcome = Subject & {
  /** Whose signal it is; a key's influence on others is bounded. */
  readonly keyId: string;
  /** P(success) before anything was learned: the prior, or what the committed weights say of the prompt. */
  readonly base: number;
  /** 0 (bad) to 1 (good). */
  readonly score: number;
  /** How much the signal is trusted, 0 to 1. Default 1. */
  readonly weight?: number;
  readonly at: Ms;
};

/** Where an estimate starts. */
export type Start = Subject & {
  readonly base: number;
  /** What is noted of the model at this task, beside `base`; its own outcomes there overrule it. Default 0. */
  readonly lean?: number;
  /** Whose call it is: its own outcomes count in full, and those of others within bounds. Absent: nobody's in particular. */
  readonly keyId?: string;
};

/** P(success) with how much stands behind it. */
export type Estimate = {
  readonly mean: number;
  /** Effective number of outcomes, decayed. */
  readonly weight: number;
  /** Standard deviation of the mean: wide where little is known. */
  readonly deviation: number;
};

/**
 * Learns from outcomes how far each model is from what was expected of it: per model, per task shrunk to the model,
 * per project tag shrunk to the task. Deterministic: the same outcomes in the same order give the same state, so
 * processes that read one store's outcomes agree.
 */
export interface OnlineLearner {
  learn(outcome: LearnedOutcome): void;
  /** What to expect of a model at a kind of work where nothing learned says `base`, and `lean` beside it. */
  estimate(start: Start): Estimate;
  /** Whether anything came of this key's calls; all keys without are told the same. */
  hasHeard(keyId: string): boolean;
  /** Everything learned, as JSON. */
  snapshot(): LearnedState;
}

/** A snapshot. States of another version are refused. */
export type LearnedState = {
  readonly version: typeof stateVersion;
  readonly cells: readonly StoredCell[];
  readonly watches: readonly (readonly [modelAndKey: string, DriftWatch])[];
};

type StoredCell = readonly [name: string, lastAt: Ms, shares: readonly (readonly [string, number, number])[]];

const stateVersion = 1;

/** As how many outcomes the expectation of the next wider level counts. */
export type Trust = { readonly model: number; readonly task: number; readonly tag: number };

/** For a base that is a guess by tier and strengths: outcomes soon outweigh it. */
export const guessedBase: Trust = { model: 30, task: 15, tag: 10 };

/** Nothing is less well known than a model of which nothing was heard, at even chances. */
export const mostDeviation: number = 0.5 / Math.sqrt(guessedBase.model);

const usualDecay: Decay = { memory: 400, halfLifeMs: 30 * 24 * 3_600_000 };

/** How many outcomes a changed model's past counts as at other work. */
const keptElsewhere = 20;

/** The least recently used cells go first: so many, with so many keys' shares in all, are under 10 MB of JSON. */
const mostCells = 10_000;
const mostShares = 60_000;
const mostWatches = 5_000;

/**
 * Starts from a snapshot, or from nothing.
 * @throws ConclaveError `configuration` for a snapshot of another version; a caller then goes on from nothing.
 */
export function onlineLearner(
  options: { readonly state?: unknown; readonly decay?: Decay; readonly trust?: Trust } = {},
): OnlineLearner {
  const { decay = usualDecay, trust = guessedBase } = options;
  const { cells, watches } = restore(options.state);
  let shareCount = [...cells.values()].reduce((sum, { shares }) => sum + shares.size, 0);
  const heard = new Set([...cells.values()].flatMap(({ shares }) => [...shares.keys()]));
  // What a changed model's latest outcomes count as: twice the expectation that they belie, or all that is remembered.
  const changeWeight = Math.min(decay.memory, 2 * trust.model);

  /** How far from `base` a subject is, by what `evidence` takes of each of its cells, the widest first. */
  function shiftOf(subject: Subject & { lean?: number }, evidence: (cell: OutcomeCell) => Evidence) {
    let shift = 0;
    let weight = 0;
    for (const { name, pull, isTask } of levelsOf(subject, trust)) {
      // A note is about a task: what the model does at that moves it, and what it does elsewhere does not.
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
    // Against what this key itself has seen: that others disagree with it is no change of the model.
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
   * What a key knew of the model is of another model: where it noticed, its latest outcomes count alone, and elsewhere
   * the past counts for little. What other keys saw stays: nobody can wipe it out.
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

/** Nothing is ever certain of a model. */
export function likely(chance: number): number {
  return Math.min(0.995, Math.max(0.005, chance));
}

/** A map's order is then the order of use. */
function putLast<T>(map: Map<string, T>, name: string, value: T): void {
  map.delete(name);
  map.set(name, value);
}

function dropOldest<T>(
  map: Map<string, T>,
  isTooMuch: () => boolean,
  dropped: (value: T) => void = () => {},
): void {
  // Looked at first: to find the oldest, a map steps over all places that were given up.
  if (!isTooMuch()) return;
  for (const [name, value] of map) {
    map.delete(name);
    dropped(value);
    if (!isTooMuch()) return;
  }
}

type Level = { readonly name: string; readonly pull: number; readonly isTask?: boolean };

// No id, task or tag holds a line break.
const separator = '\n';

/** From the model as a whole to the task in this project, each pulled to the one before. */
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

function restore(state: unknown): { cells: Map<string, OutcomeCell>; watches: Map<string, DriftWatch> } {
  if (state === undefined) return { cells: new Map(), watches: new Map() };
  if (!isLearnedState(state)) {
    throw new ConclaveError(
      'configuration',
      `What was learned is not of version ${stateVersion}; it is left alone, and routing goes by priors until there are new outcomes.`,
    );
  }
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

/** The version vouches for the rest: snapshots are written by this file alone. */
function isLearnedState(state: unknown): state is LearnedState {
  return (
    isJsonObject(state) &&
    state['version'] === stateVersion &&
    Array.isArray(state['cells']) &&
    Array.isArray(state['watches'])
  );
}
