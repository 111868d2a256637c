import { type CellStore, nameAt } from '../models/cell-store.ts';
import { type Decay, fadeShare } from '../models/outcome-cell.ts';
import {
  type AlarmSettings,
  type DriftFinding,
  type DriftWatch,
  newWatch,
  watchDrift,
  type WatchedOutcome,
} from './drift-watch.ts';
import type { Trust } from './partial-pooling.ts';

/** The watches as JSON. */
export type StoredWatches = readonly (readonly [modelAndKey: string, DriftWatch])[];

/** A model, as one key sees it. */
type Seen = { readonly model: string; readonly keyId: string };

/** How many outcomes a changed model's past counts for at other work. */
const keptElsewhere = 20;

/** Above this limit the watches that were not used for the longest time are dropped. */
const maxWatches = 5_000;

/**
 * Watches each model as each key sees it, and discounts in the cells what that key knew of a model that seems to have
 * become worse. What other keys saw stays: no key can erase it.
 */
export class DriftMonitor {
  readonly #cells: CellStore;
  readonly #decay: Decay;
  readonly #alarm: AlarmSettings;
  /** The weight of a changed model's latest outcomes. */
  readonly #changeWeight: number;
  readonly #watches: Map<string, DriftWatch>;
  /** How many keys suspect a model of having become worse. */
  readonly #suspicions = new Map<string, number>();

  /** Starts from stored watches. */
  constructor(
    stored: StoredWatches,
    {
      cells,
      decay,
      alarm,
      trust,
    }: {
      readonly cells: CellStore;
      readonly decay: Decay;
      readonly alarm: AlarmSettings;
      readonly trust: Pick<Trust, 'task'>;
    },
  ) {
    this.#cells = cells;
    this.#decay = decay;
    this.#alarm = alarm;
    // Twice the expectation they contradict, or all that is remembered.
    this.#changeWeight = Math.min(decay.memory, 2 * trust.task);
    this.#watches = new Map(structuredClone(stored));
    for (const [name, { isSuspected }] of this.#watches)
      if (isSuspected) this.#suspect(seenIn(name).model, 1);
  }

  /** Records an outcome that its cells already count. */
  observe(seen: Seen, outcome: WatchedOutcome): void {
    const watched = nameOfWatch(seen);
    const watch = this.#watches.get(watched) ?? newWatch(outcome.at);
    const finding = watchDrift(watch, outcome, { ...this.#alarm, decay: this.#decay });
    if (finding) this.#follow(finding, seen);
    this.#watches.delete(watched);
    this.#watches.set(watched, watch);
    this.#dropWatches();
  }

  /** Whether any key suspects this model of having become worse. */
  suspects(model: string): boolean {
    return this.#suspicions.has(model);
  }

  /** Whether any model is suspected of having become worse. */
  get suspectsAny(): boolean {
    return this.#suspicions.size > 0;
  }

  stored(): StoredWatches {
    return structuredClone([...this.#watches]);
  }

  #follow(finding: DriftFinding, seen: Seen): void {
    if (finding.kind === 'suspected') return this.#discount(seen, finding);
    this.#decide(seen, finding.kind);
  }

  /**
   * Discounts what a key knew of a model: where the change was seen, only what was seen since counts, and elsewhere its
   * past counts little. What is known if the model has not changed is kept until that is decided.
   */
  #discount({ model, keyId }: Seen, { since, weight }: Extract<DriftFinding, { kind: 'suspected' }>): void {
    this.#suspect(model, 1);
    for (const [work, { shares }] of this.#cells.of(model).all) {
      const share = shares.get(keyId);
      const latest = since[nameAt(model, work)];
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

  #decide({ model, keyId }: Seen, kind: 'confirmed' | 'refuted'): void {
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
      if (isSuspected) this.#decide(seenIn(name), 'refuted');
    }
  }
}

function nameOfWatch({ model, keyId }: Seen): string {
  return `${model}\n${keyId}`;
}

function seenIn(nameOfWatch: string): Seen {
  const end = nameOfWatch.indexOf('\n');
  return { model: nameOfWatch.slice(0, end), keyId: nameOfWatch.slice(end + 1) };
}
