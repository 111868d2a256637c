import type { TaskType } from '../../core/task.ts';
import type { Ms } from '../../core/units.ts';
import { poolName } from '../../core/names/pool-name.ts';
import { CellStore, nameOf, type CellKey, type StoredCells } from '../models/cell-store.ts';
import { chanceOf, likely, logOddsOf } from '../models/log-odds.ts';
import {
  type Bound,
  boundFor,
  boundForAll,
  boundToOwn,
  type Decay,
  type Reading,
  readingAt,
  unchangedAt,
} from '../models/outcome-cell.ts';
import { DriftMonitor, type StoredWatches } from './drift-monitor.ts';
import { type AlarmSettings, usualAlarm } from './drift-watch.ts';
import {
  cellKeysOf,
  guessedBase,
  type PooledEvidence,
  shiftAtTask,
  type Trust,
  type WideShift,
  wideShift,
} from './partial-pooling.ts';

/** What the router learns about: a model at a kind of work. */
export type Subject = {
  /** The model's id. */
  readonly model: string;
  readonly task?: TaskType | string;
  /** The project tag of the call, if it has one. */
  readonly tag?: string;
};

type Signal = Subject & {
  /** The key that the signal comes from; its influence on others is bounded. */
  readonly keyId: string;
  /** Trust in the signal, 0 to 1. Default 1. */
  readonly weight?: number;
  readonly at: Ms;
};

/** How one call turned out. */
export type LearnedOutcome = Signal & {
  /** P(success) before anything was learned: the prior, or the prediction of the committed weights for the prompt. */
  readonly base: number;
  /** How many outcomes `base` counts for. Default: what the learner trusts it. */
  readonly counts?: number;
  /** 0 (bad) to 1 (good), less what the words of the prompt added to `base`. */
  readonly score: number;
  /** Whether its place among other outcomes says nothing of when the answer was given: it raises no alarm. */
  readonly isUnordered?: boolean;
};

/** A sign of how one call turned out, by which nothing is known for sure. */
export type LearnedSign = Signal & {
  /** By how much the sign shifts the log-odds that the answer was right. */
  readonly logOdds: number;
};

/** Where an estimate starts. */
export type Start = Subject & {
  readonly base: number;
  /** How many outcomes `base` counts for. Default: what the learner trusts it. */
  readonly counts?: number;
  /** A known lean of the model at this task, added to `base`; its own outcomes there override it. Default 0. */
  readonly lean?: number;
  /** The key of the call: its own outcomes count in full, those of others within bounds. Absent: no particular key. */
  readonly keyId?: string;
  /** The time for which the estimate is made: outcomes fade until then. Default: the time of the latest outcome. */
  readonly at?: Ms;
};

/** P(success) with the amount of evidence for it. */
export type Estimate = {
  readonly mean: number;
  /** Effective number of outcomes, decayed: of all kinds of work together, or of this one if that is more. */
  readonly weight: number;
  /** Effective number of outcomes of just this kind of work. */
  readonly weightAtTask: number;
  /**
   * Standard deviation of the mean: large if little is known. It reaches to what was known before as long as the model is
   * only suspected of having become worse.
   */
  readonly deviation: number;
};

/** A snapshot. */
export type LearnedState = {
  readonly version: typeof stateVersion;
  readonly cells: StoredCells;
  readonly signs: StoredCells;
  readonly watches: StoredWatches;
};

export const stateVersion = 3;

/** The largest uncertainty of a model that is not suspected of a change: without outcomes, at even chances. */
export const maxDeviation: number = 0.5 / Math.sqrt(guessedBase.model);

const usualDecay: Decay = { memory: 400, halfLifeMs: 30 * 24 * 3_600_000 };

/**
 * Limits above which the least recently used cells are dropped: this many cells and key shares take less than 10 MB of
 * JSON.
 */
const maxOutcomes = { cells: 10_000, shares: 50_000 };
const maxSigns = { cells: 2_000, shares: 5_000 };

/**
 * Learns from outcomes how far each model deviates from its prior: per model, per task shrunk to the model, per project
 * tag shrunk to the task. Deviations are learned as log-odds, so that what easy work shows is not added to the chance at
 * hard work. Deterministic: the same outcomes in the same order give the same state, so processes that read the outcomes
 * of one store agree.
 */
export class OnlineLearner {
  readonly #trust: Trust;
  readonly #decay: Decay;
  readonly #cells: CellStore;
  readonly #signs: CellStore;
  readonly #drift: DriftMonitor;
  readonly #keysWithOutcomes: Set<string>;
  /** The time of the latest outcome. */
  #latestAt: Ms;
  /** What all kinds of work together say of a model to a key at one time, until something is learned of it. */
  readonly #known = new Map<string, Map<string, WideShift>>();
  #knownAt: Ms | undefined;

  /** Starts from a snapshot, or empty. */
  constructor({
    state,
    decay = usualDecay,
    trust = guessedBase,
    alarm = usualAlarm,
  }: {
    readonly state?: LearnedState;
    readonly decay?: Decay;
    readonly trust?: Trust;
    readonly alarm?: AlarmSettings;
  } = {}) {
    this.#trust = trust;
    this.#decay = decay;
    this.#cells = new CellStore(state?.cells ?? [], { decay, most: maxOutcomes });
    this.#signs = new CellStore(state?.signs ?? [], { decay, most: maxSigns });
    this.#drift = new DriftMonitor(state?.watches ?? [], { cells: this.#cells, decay, alarm, trust });
    this.#latestAt = Math.max(0, this.#cells.latestAt(), this.#signs.latestAt());
    this.#keysWithOutcomes = new Set([...this.#cells.keys(), ...this.#signs.keys()]);
  }

  /** Learns how one call turned out. */
  learn(outcome: LearnedOutcome): void {
    const { keyId, base, score, at, weight = 1 } = outcome;
    const surprise = score - base;
    // Compared with what this key itself has seen: disagreement with others is no change of the model.
    const own = this.#evidence(boundToOwn(keyId), unchangedAt(at, this.#decay));
    const usual = chanceOf(
      logOddsOf(likely(base)) + shiftAtTask(own, outcome, wideShift(own, outcome)).shift,
    );
    const keys = cellKeysOf(outcome);
    for (const key of keys) this.#cells.add(key, { keyId, surprise, expected: base, weight, at });
    if (outcome.isUnordered !== true)
      this.#drift.observe(outcome, {
        at,
        names: keys.map(nameOf),
        score,
        usual,
        outcome: { surprise: weight * surprise, expected: weight * base, weight },
      });
    this.#noticed(outcome);
  }

  /**
   * Learns from a sign. Signs shift a chance by no more than they show themselves, the less the more outcomes are known,
   * and signs that cancel each other change nothing.
   */
  learnSign(sign: LearnedSign): void {
    const { keyId, logOdds, at, weight = 1 } = sign;
    for (const key of cellKeysOf(sign)) this.#signs.add(key, { keyId, surprise: logOdds, weight, at });
    this.#noticed(sign);
  }

  /** Estimates a model at a kind of work, starting from `base` and `lean`. */
  estimate(start: Start): Estimate {
    const at = start.at ?? this.#latestAt;
    const bound = start.keyId === undefined ? boundForAll : boundFor(start.keyId);
    const now = this.#evidence(bound, readingAt(at, this.#decay));
    const { shift, weight, weightAtTask } = shiftAtTask(now, start, this.#knownWide(now, start, at));
    const mean = chanceAfter(start, shift);
    const deviation = Math.sqrt((mean * (1 - mean)) / (weight + this.#trust.model));
    if (!this.#drift.suspects(start.model)) return { mean, weight, weightAtTask, deviation };
    const before = this.#evidence(bound, unchangedAt(at, this.#decay));
    const usual = chanceAfter(start, shiftAtTask(before, start, wideShift(before, start)).shift);
    return { mean, weight, weightAtTask, deviation: Math.max(deviation, rounded(usual - mean)) };
  }

  /** Whether any model is suspected of having become worse. */
  get suspectsAny(): boolean {
    return this.#drift.suspectsAny;
  }

  /** Whether any outcome came from this key; all other keys share their estimates. */
  hasOutcomesOf(keyId: string): boolean {
    return this.#keysWithOutcomes.has(keyId);
  }

  /** The models, kinds of work and projects of which something is known. */
  cellKeys(): CellKey[] {
    return [...this.#cells.cellKeys(), ...this.#signs.cellKeys()];
  }

  /** Returns everything learned, as JSON. */
  snapshot(): LearnedState {
    return {
      version: stateVersion,
      cells: this.#cells.stored(),
      signs: this.#signs.stored(),
      watches: this.#drift.stored(),
    };
  }

  #evidence(bound: Bound, reading: Reading): PooledEvidence {
    return { cells: this.#cells, signs: this.#signs, trust: this.#trust, bound, reading };
  }

  #knownWide(evidence: PooledEvidence, start: Start, at: Ms): WideShift {
    if (at !== this.#knownAt) this.#known.clear();
    this.#knownAt = at;
    const { model, keyId = '', counts = '' } = start;
    const pool = poolName(model);
    let ofKeys = this.#known.get(pool);
    if (!ofKeys) this.#known.set(pool, (ofKeys = new Map()));
    const name = `${counts} ${keyId} ${model}`;
    let wide = ofKeys.get(name);
    if (!wide) ofKeys.set(name, (wide = wideShift(evidence, start)));
    return wide;
  }

  #noticed({ model, keyId, at }: Signal): void {
    this.#latestAt = Math.max(this.#latestAt, at);
    this.#keysWithOutcomes.add(keyId);
    this.#known.delete(poolName(model));
  }
}

/** Removes the rounding noise of logarithms: models that are expected to do equally well have equal chances. */
function rounded(chance: number): number {
  return Math.round(chance * 1e12) / 1e12;
}

function chanceAfter({ base }: Pick<Start, 'base'>, shift: number): number {
  return rounded(likely(chanceOf(logOddsOf(likely(base)) + shift)));
}
