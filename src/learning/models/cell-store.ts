import type { Ms } from '../../core/units.ts';
import { poolName, providerOf } from '../../core/names/pool-name.ts';
import {
  addToCell,
  type CellEvidence,
  type Decay,
  emptyCell,
  type OutcomeCell,
  type Share,
} from './outcome-cell.ts';

/** What a cell is about: a model at a kind of work, and there in a project. Unknown kinds are a kind of their own. */
export type CellKey = {
  readonly model: string;
  readonly task?: string | undefined;
  /** The project tag of the call, if it has one. */
  readonly tag?: string | undefined;
};

/** Cells as JSON. */
export type StoredCells = readonly StoredCell[];
type StoredCell = readonly [name: string, lastAt: number, shares: readonly StoredShare[]];
type StoredShare = readonly [keyId: string, ...StoredEvidence, unchanged?: StoredEvidence | undefined];
type StoredEvidence = readonly [surprise: number, expected: number, weight: number];

type Cells = ReadonlyMap<string, OutcomeCell>;

type Limits = { readonly decay: Decay; readonly most: { readonly cells: number; readonly shares: number } };

/** Cells by key, the most recently used last. Above a limit the others are dropped. */
export class CellStore {
  readonly #cells = new Map<string, OutcomeCell>();
  readonly #ofModel = new Map<
    string,
    { readonly kinds: Map<string, OutcomeCell>; readonly all: Map<string, OutcomeCell> }
  >();
  /** The models of which something is known, by the name that they have at every provider. */
  readonly #pools = new Map<string, Set<string>>();
  readonly #decay: Decay;
  readonly #most: Limits['most'];
  #shareCount = 0;

  constructor(stored: StoredCells, { decay, most }: Limits) {
    this.#decay = decay;
    this.#most = most;
    for (const [name, lastAt, shares] of stored) {
      const entries = shares.map(([key, surprise, expected, weight, unchanged]): [string, Share] => [
        key,
        {
          ...evidenceFrom([surprise, expected, weight]),
          ...(unchanged && { unchanged: evidenceFrom(unchanged) }),
        },
      ]);
      this.#put(name, { lastAt, shares: new Map(entries) });
      this.#shareCount += entries.length;
    }
  }

  at(key: CellKey): OutcomeCell | undefined {
    return this.#ofModel.get(key.model)?.all.get(workOf(key));
  }

  /** Returns the cells of these models at one kind of work, those that exist. */
  ofEach(models: readonly string[], key: Omit<CellKey, 'model'>): OutcomeCell[] {
    const work = workOf(key);
    return models.flatMap((model) => this.#ofModel.get(model)?.all.get(work) ?? []);
  }

  /** Returns a model's cells by their work: those of kinds of work, and all, with those of single projects. */
  of(model: string): { readonly kinds: Cells; readonly all: Cells } {
    return this.#ofModel.get(model) ?? noCells;
  }

  /** Returns the models of which something is known and that are this one at another provider. */
  elsewhere(model: string): readonly string[] {
    if (this.#pools.size === 0) return none;
    const pool = this.#pools.get(poolName(model));
    if (!pool || (pool.size === 1 && pool.has(model))) return none;
    return [...pool].filter((other) => providerOf(other) !== providerOf(model));
  }

  add(key: CellKey, outcome: Parameters<typeof addToCell>[1]): void {
    const name = nameOf(key);
    const cell = this.#cells.get(name) ?? emptyCell(outcome.at);
    this.#shareCount -= cell.shares.size;
    addToCell(cell, outcome, this.#decay);
    this.#shareCount += cell.shares.size;
    this.#put(name, cell);
    this.#dropOldest();
  }

  keys(): Set<string> {
    return new Set([...this.#cells.values()].flatMap(({ shares }) => [...shares.keys()]));
  }

  /** Returns the time of the latest outcome in any cell; -Infinity without cells. */
  latestAt(): Ms {
    let latest = Number.NEGATIVE_INFINITY;
    for (const { lastAt } of this.#cells.values()) latest = Math.max(latest, lastAt);
    return latest;
  }

  cellKeys(): CellKey[] {
    return [...this.#cells.keys()].map(keyOf);
  }

  stored(): StoredCells {
    return [...this.#cells].map(([name, { lastAt, shares }]) => [name, lastAt, [...shares].map(storedShare)]);
  }

  #put(name: string, cell: OutcomeCell): void {
    const isNew = !this.#cells.delete(name);
    this.#cells.set(name, cell);
    if (!isNew) return;
    const { model, tag } = keyOf(name);
    let ofModel = this.#ofModel.get(model);
    if (!ofModel) {
      this.#ofModel.set(model, (ofModel = { kinds: new Map(), all: new Map() }));
      const name = poolName(model);
      this.#pools.set(name, (this.#pools.get(name) ?? new Set()).add(model));
    }
    const work = workIn(name, model);
    ofModel.all.set(work, cell);
    if (tag === undefined) ofModel.kinds.set(work, cell);
  }

  #dropOldest(): void {
    // Checked first: to find its oldest entry, a map steps over all deleted entries.
    if (!this.#isTooMuch()) return;
    for (const [name, { shares }] of this.#cells) {
      this.#cells.delete(name);
      this.#shareCount -= shares.size;
      const { model } = keyOf(name);
      const work = workIn(name, model);
      const ofModel = this.#ofModel.get(model);
      ofModel?.kinds.delete(work);
      ofModel?.all.delete(work);
      if (ofModel?.all.size === 0) this.#forget(model);
      if (!this.#isTooMuch()) return;
    }
  }

  #forget(model: string): void {
    this.#ofModel.delete(model);
    const name = poolName(model);
    const pool = this.#pools.get(name);
    pool?.delete(model);
    if (pool?.size === 0) this.#pools.delete(name);
  }

  #isTooMuch(): boolean {
    return this.#cells.size > this.#most.cells || this.#shareCount > this.#most.shares;
  }
}

function evidenceFrom([surprise, expected, weight]: StoredEvidence) {
  return { surprise, expected, weight };
}

function storedShare([keyId, share]: readonly [string, Share]): StoredShare {
  const sums = stored(share);
  return share.unchanged ? [keyId, ...sums, stored(share.unchanged)] : [keyId, ...sums];
}

function stored({ surprise, expected, weight }: CellEvidence): StoredEvidence {
  return [surprise, expected, weight];
}

const none: readonly string[] = [];

const noCells = { kinds: new Map(), all: new Map() };

function keyOf(name: string): CellKey {
  const [model = '', task, tag] = name.split(separator);
  return { model, ...(task && { task }), ...(tag && { tag }) };
}

// No id, task or tag contains a line break.
const separator = '\n';

/** Returns the name under which a cell is stored. */
export function nameOf(key: CellKey): string {
  return nameAt(key.model, workOf(key));
}

/** Returns the name of a model's cell from its work, as `CellStore.of` has it. */
export function nameAt(model: string, work: string): string {
  return `${model}${separator}${work}`;
}

function workIn(name: string, model: string): string {
  return name.slice(model.length + separator.length);
}

/** Returns the part of a cell's name that the cells of other models at the same work share. */
function workOf({ task = '', tag }: Omit<CellKey, 'model'>): string {
  return tag === undefined ? task : `${task}${separator}${tag}`;
}
