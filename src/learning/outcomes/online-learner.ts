import type { TaskType } from '../../core/task.ts';
import type { Ms } from '../../core/units.ts';
import { CellStore, nameOf, type CellKey, type StoredCells } from '../models/cell-store.ts';
import { chanceOf, likely, logOddsOf } from '../models/log-odds.ts';
import {
  type Bound,
  boundFor,
  boundForAll,
  boundToOwn,
  type Decay,
  evidenceOf,
  type CellEvidence,
  fadeShare,
  joinedKinds,
  joinedProviders,
  noEvidence,
  type Reading,
  readingAt,
  unchangedAt,
} from '../models/outcome-cell.ts';
import { poolName } from '../../core/names/pool-name.ts';
import { shiftShown } from '../models/shift-shown.ts';
import {
  type AlarmSettings,
  type DriftWatch,
  type DriftFinding,
  newWatch,
  usualAlarm,
  watchDrift,
} from './drift-watch.ts';

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
  readonly watches: readonly (readonly [modelAndKey: string, DriftWatch])[];
};

export const stateVersion = 3;

/** How many outcomes the expectation of the next wider level counts for. */
export type Trust = { readonly model: number; readonly task: number; readonly tag: number };

/** For a base that is a guess from tier and strengths: outcomes soon outweigh it. */
export const guessedBase: Trust = { model: 30, task: 15, tag: 10 };

/**
 * How many outcomes the record of a model at all providers counts for at one of them, if others gave all of it. A
 * provider serves the same weights as the others, with its own settings and faults.
 */
const providerTrust = 30;

/** The largest uncertainty of a model that is not suspected of a change: without outcomes, at even chances. */
export const maxDeviation: number = 0.5 / Math.sqrt(guessedBase.model);

const usualDecay: Decay = { memory: 400, halfLifeMs: 30 * 24 * 3_600_000 };

/** How many outcomes a changed model's past counts for at other work. */
const keptElsewhere = 20;

/**
 * Limits above which the least recently used cells are dropped: this many cells and key shares take less than 10 MB of
 * JSON.
 */
const maxOutcomes = { cells: 10_000, shares: 50_000 };
const maxSigns = { cells: 2_000, shares: 5_000 };
const maxWatches = 5_000;

/**
 * Learns from outcomes how far each model deviates from its prior: per model, per task shrunk to the model, per project
 * tag shrunk to the task. Outcomes of one model at several providers are pooled, and what one provider shows itself is
 * shrunk to that. Deviations are learned as log-odds, so that what easy work shows is not added to the chance at
 * hard work. Deterministic: the same outcomes in the same order give the same state, so processes that read the outcomes
 * of one store agree.
 */
export class OnlineLearner {
  readonly #trust: Trust;
  readonly #decay: Decay;
  readonly #alarm: AlarmSettings;
  /** The weight of a changed model's latest outcomes. */
  readonly #changeWeight: number;
  readonly #cells: CellStore;
  readonly #signs: CellStore;
  readonly #watches: Map<string, DriftWatch>;
  readonly #keysWithOutcomes: Set<string>;
  /** How many keys suspect a model of having become worse. */
  readonly #suspicions = new Map<string, number>();
  /** The time of the latest outcome. */
  #latestAt: Ms;
  /** What all kinds of work together say of a model to a key at one time, until something is learned of it. */
  readonly #known = new Map<string, Map<string, Wide>>();
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
    this.#alarm = alarm;
    // Twice the expectation they contradict, or all that is remembered.
    this.#changeWeight = Math.min(decay.memory, 2 * trust.task);
    this.#cells = new CellStore(state?.cells ?? [], { decay, most: maxOutcomes });
    this.#signs = new CellStore(state?.signs ?? [], { decay, most: maxSigns });
    this.#watches = new Map(structuredClone(state?.watches ?? []));
    for (const [name, { isSuspected }] of this.#watches) if (isSuspected) this.#suspect(modelOf(name), 1);
    this.#latestAt = Math.max(0, this.#cells.latestAt(), this.#signs.latestAt());
    this.#keysWithOutcomes = new Set([...this.#cells.keys(), ...this.#signs.keys()]);
  }

  /** Learns how one call turned out. */
  learn(outcome: LearnedOutcome): void {
    const { keyId, base, score, at, weight = 1 } = outcome;
    const surprise = score - base;
    // Compared with what this key itself has seen: disagreement with others is no change of the model.
    const own = { bound: boundToOwn(keyId), reading: unchangedAt(at, this.#decay) };
    const usual = this.#shiftOf(outcome, this.#wideOf(outcome, own), own).shift;
    const keys = cellKeysOf(outcome);
    for (const key of keys) this.#cells.add(key, { keyId, surprise, expected: base, weight, at });
    if (outcome.isUnordered !== true)
      this.#watch(outcome, { names: keys.map(nameOf), usual: chanceOf(logOddsOf(likely(base)) + usual) });
    this.#noticed(outcome);
  }

  #watch(
    outcome: LearnedOutcome,
    { names, usual }: { readonly names: readonly string[]; readonly usual: number },
  ): void {
    const { model, keyId, base, score, at, weight = 1 } = outcome;
    const surprise = score - base;
    const watched = `${model}\n${keyId}`;
    const watch = this.#watches.get(watched) ?? newWatch(at);
    const finding = watchDrift(
      watch,
      {
        at,
        names,
        score,
        usual,
        outcome: { surprise: weight * surprise, expected: weight * base, weight },
      },
      { ...this.#alarm, decay: this.#decay },
    );
    if (finding) this.#follow(finding, outcome);
    this.#watches.delete(watched);
    this.#watches.set(watched, watch);
    this.#dropWatches();
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
    const now = { bound, reading: readingAt(at, this.#decay) };
    const { shift, weight, weightAtTask } = this.#shiftOf(start, this.#knownWide(start, at, now), now);
    const mean = chanceAfter(start, shift);
    const deviation = Math.sqrt((mean * (1 - mean)) / (weight + this.#trust.model));
    if (!this.#suspicions.has(start.model)) return { mean, weight, weightAtTask, deviation };
    const before = { bound, reading: unchangedAt(at, this.#decay) };
    const usual = chanceAfter(start, this.#shiftOf(start, this.#wideOf(start, before), before).shift);
    return { mean, weight, weightAtTask, deviation: Math.max(deviation, rounded(usual - mean)) };
  }

  /** Whether any model is suspected of having become worse. */
  get suspectsAny(): boolean {
    return this.#suspicions.size > 0;
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
      watches: structuredClone([...this.#watches]),
    };
  }

  /** Returns how far a subject's log-odds are from `base`, and the weight of what is known. */
  #shiftOf(subject: Omit<Start, 'keyId' | 'at'>, wide: Wide, how: Read) {
    const { base, lean = 0 } = subject;
    let { shift, sign, weight } = wide;
    let weightAtTask = 0;
    for (const key of cellKeysOf(subject)) {
      const isKind = key.tag === undefined;
      // A lean concerns one task: the model's outcomes at that task override it, others do not.
      if (isKind) shift += logOddsOf(likely(base + lean)) - logOddsOf(likely(base));
      const pull = isKind ? this.#trust.task : this.#trust.tag;
      const seen = this.#pooledAt(this.#cells, key, how);
      const signed = this.#pooledAt(this.#signs, key, how);
      shift = shiftShown(seen, shift, pull);
      if (isKind) shift = this.#atProvider(key, { shift, pooled: seen.weight }, how);
      sign = (signed.surprise + pull * sign) / (signed.weight + pull);
      weight = Math.max(weight, seen.weight);
      if (isKind) weightAtTask = seen.weight;
    }
    return { weightAtTask, shift: shift + (sign * this.#trust.task) / (this.#trust.task + weight), weight };
  }

  /** Adds what the model's own provider shows, unless all that is known comes from there. */
  #atProvider(
    key: CellKey,
    { shift, pooled }: { readonly shift: number; readonly pooled: number },
    how: Read,
  ): number {
    const own = evidenceAt(this.#cells, key, how);
    const others = pooled - own.weight;
    // The share of others in the pool is what it says beyond this provider's own record.
    return others > 1e-9 ? shiftShown(own, shift, (providerTrust * pooled) / others) : shift;
  }

  #pooledAt(store: CellStore, key: CellKey, how: Read): CellEvidence {
    const others = store.elsewhere(key.model).flatMap((model) => store.at({ ...key, model }) ?? []);
    if (others.length === 0) return evidenceAt(store, key, how);
    const own = store.at(key);
    const cells = own ? [own, ...others] : others;
    return evidenceOf(joinedProviders(cells.map(how.reading)), how.bound);
  }

  #wideOf({ model, counts = this.#trust.model }: Pick<Start, 'model' | 'counts'>, how: Read): Wide {
    const { bound, reading } = how;
    const all = (store: CellStore) => {
      const others = store.elsewhere(model);
      const kinds =
        others.length === 0
          ? [...store.of(model).kinds.values()].map(reading)
          : pooledKinds(store, [model, ...others], reading);
      return evidenceOf(joinedKinds(kinds, this.#trust.task, bound), bound);
    };
    const seen = all(this.#cells);
    const signed = all(this.#signs);
    return {
      shift: shiftShown(seen, 0, counts),
      sign: signed.surprise / (signed.weight + counts),
      weight: seen.weight,
    };
  }

  #knownWide(start: Start, at: Ms, how: Read): Wide {
    if (at !== this.#knownAt) this.#known.clear();
    this.#knownAt = at;
    const { model, keyId = '', counts = '' } = start;
    const pool = poolName(model);
    let ofKeys = this.#known.get(pool);
    if (!ofKeys) this.#known.set(pool, (ofKeys = new Map()));
    const name = `${counts} ${keyId} ${model}`;
    let wide = ofKeys.get(name);
    if (!wide) ofKeys.set(name, (wide = this.#wideOf(start, how)));
    return wide;
  }

  #follow(finding: DriftFinding, signal: Signal): void {
    if (finding.kind === 'suspected') return this.#discount(signal, finding);
    this.#decide(signal, finding.kind);
  }

  /**
   * Discounts what a key knew of a model that seems to have become worse: where that was seen, only what was seen since
   * counts, and elsewhere its past counts little. What other keys saw stays: no key can erase it. What is known if the
   * model has not changed is kept until that is decided.
   */
  #discount({ model, keyId }: Signal, { since, weight }: Extract<DriftFinding, { kind: 'suspected' }>): void {
    this.#suspect(model, 1);
    for (const [name, { shares }] of this.#cells.of(model).all) {
      const share = shares.get(keyId);
      const latest = since[name];
      if (share === undefined) continue;
      const { surprise, expected, weight: known } = share;
      if (latest) Object.assign(share, latest);
      fadeShare(
        share,
        latest ? Math.max(1, this.#changeWeight / weight) : Math.min(1, keptElsewhere / known),
      );
      share.unchanged = { surprise, expected, weight: known };
    }
  }

  #decide({ model, keyId }: Pick<Signal, 'model' | 'keyId'>, kind: 'confirmed' | 'refuted'): void {
    this.#suspect(model, -1);
    for (const { shares } of this.#cells.of(model).all.values()) {
      const share = shares.get(keyId);
      if (share && kind === 'refuted') Object.assign(share, share.unchanged);
      delete share?.unchanged;
    }
  }

  #suspect(model: string, one: 1 | -1): void {
    const count = (this.#suspicions.get(model) ?? 0) + one;
    if (count > 0) this.#suspicions.set(model, count);
    else this.#suspicions.delete(model);
  }

  #dropWatches(): void {
    for (const [name, { isSuspected }] of this.#watches) {
      if (this.#watches.size <= maxWatches) return;
      this.#watches.delete(name);
      if (isSuspected)
        this.#decide({ model: modelOf(name), keyId: name.slice(modelOf(name).length + 1) }, 'refuted');
    }
  }

  #noticed({ model, keyId, at }: Signal): void {
    this.#latestAt = Math.max(this.#latestAt, at);
    this.#keysWithOutcomes.add(keyId);
    this.#known.delete(poolName(model));
  }
}

/** How cells are read: at which time, and how much each key counts. */
type Read = { readonly bound: Bound; readonly reading: Reading };

/** What a model's outcomes at all kinds of work show of any other: shifts of log-odds by outcomes and by signs. */
type Wide = { readonly shift: number; readonly sign: number; readonly weight: number };

/** Removes the rounding noise of logarithms: models that are expected to do equally well have equal chances. */
function rounded(chance: number): number {
  return Math.round(chance * 1e12) / 1e12;
}

function chanceAfter({ base }: Pick<Start, 'base'>, shift: number): number {
  return rounded(likely(chanceOf(logOddsOf(likely(base)) + shift)));
}

/** Returns the cells of each kind of work, with those of all these models joined. */
function pooledKinds(store: CellStore, models: readonly string[], reading: Reading): ReturnType<Reading>[] {
  const byTask = new Map<string, ReturnType<Reading>[]>();
  for (const model of models)
    for (const [name, cell] of store.of(model).kinds) {
      const task = name.slice(model.length);
      byTask.set(task, [...(byTask.get(task) ?? []), reading(cell)]);
    }
  return [...byTask.values()].map(joinedProviders);
}

function evidenceAt(store: CellStore, key: CellKey, { bound, reading }: Read): CellEvidence {
  const cell = store.at(key);
  return cell ? evidenceOf(reading(cell), bound) : noEvidence;
}

/** Returns the kind of work, and the project in it if there is one. */
function cellKeysOf({ model, task, tag }: Subject): CellKey[] {
  const kind = { model, task };
  return tag === undefined ? [kind] : [kind, { ...kind, tag }];
}

function modelOf(modelAndKey: string): string {
  return modelAndKey.slice(0, modelAndKey.indexOf('\n'));
}
