import { setImmediate as nextTurn } from 'node:timers/promises';
import { ConclaveError } from '../../core/errors.ts';
import type { RoutedOutcome, RouterSnapshot, RouterStore } from '../../core/stores/router-store.ts';
import type { Ms } from '../../core/units.ts';
import { featuresVersion } from '../features/hashed-features.ts';
import { restoredHistory, routerHistory, type RouterHistory } from './router-history.ts';
import { addSnapshot, type SnapshotContent } from './router-snapshots.ts';
import { stateLayout } from './stored-history.ts';

type Options = {
  readonly store: RouterStore;
  readonly now: () => Ms;
  readonly warn: (message: string) => void;
  /** Whether a pinned snapshot takes precedence over the latest. Default: `true`. */
  readonly heedsPin?: boolean;
};

/** Timestamps of outcomes rise in writing order, but another process may commit an outcome after later ones. */
const overlapMs: Ms = 30_000;
const perRead = 1_000;
/** Bounds memory when a ledger is read for the first time. */
const maxAtOnce = 20_000;
/** A snapshot is taken after this many outcomes; a new process reads only the outcomes after it. */
const outcomesPerSnapshot = 2_000;
/** How many of these are kept to go back to; those that somebody asked for are never dropped. */
const keptOfTheseSnapshots = 20;

/**
 * The router's history as this process follows it: it starts from the pinned or the latest snapshot, and learns the
 * outcomes stored since. It reads only when `catchUp` is called.
 */
export class FollowedHistory {
  readonly #options: Options;
  #history = routerHistory();
  #revision = 0;
  #pinned: number | undefined;
  /** The latest snapshot that this process has seen, or has taken itself. */
  #basedOn: number | undefined;
  #readUpTo: Ms = 0;
  #outcomes = 0;
  /** How many of the outcomes that snapshot contains. */
  #outcomesInSnapshot = 0;
  /** Up to here everything was read: also again, after the longest that a commit may be late. */
  #certain: Place | undefined;
  /** The next place that becomes certain. */
  #mark: Mark | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  get history(): RouterHistory {
    return this.#history;
  }

  /** It stands still at a pinned snapshot. */
  get isPinned(): boolean {
    return this.#pinned !== undefined;
  }

  /** The time of the latest outcome that was read. */
  get readUpTo(): Ms {
    return this.#readUpTo;
  }

  /** Changes with everything that is learned, and whenever another snapshot is used. */
  get revision(): number {
    return this.#revision;
  }

  /** Reads what this and other processes have stored since, and takes a snapshot if enough was learned. */
  async catchUp(): Promise<void> {
    const { store, heedsPin = true } = this.#options;
    const latest = (await store.snapshots()).at(-1)?.version;
    const pinned = heedsPin ? await store.pinned() : undefined;
    if (pinned !== this.#pinned || (latest !== undefined && latest !== this.#basedOn))
      await this.#startFrom(pinned, latest);
    if (this.#pinned !== undefined) return;
    await this.#readNews();
    if (this.#outcomes - this.#outcomesInSnapshot >= outcomesPerSnapshot)
      await this.take('every so often', keptOfTheseSnapshots);
  }

  /** Stores the present state as a new version. `keepLatest`: see `RouterStore.addSnapshot`. */
  async take(label: string, keepLatest?: number): Promise<number> {
    const { store, now } = this.#options;
    const content = await this.settle();
    const version = await addSnapshot(store, { ...content, createdAt: now(), label }, keepLatest);
    if (this.#pinned === undefined) {
      this.#basedOn = version;
      this.#outcomesInSnapshot = content.outcomes;
    }
    return version;
  }

  /**
   * Returns the content for a snapshot. Outcomes settle only here, so that all processes that start from the snapshot
   * have the same state.
   */
  async settle(): Promise<SnapshotContent> {
    await this.#history.settle();
    return {
      layout: stateLayout,
      outcomes: this.#outcomes,
      state: this.#history.snapshot(),
      readUpTo: this.#readUpTo,
    };
  }

  /**
   * Returns when the latest outcome was written, by the store's timestamps: this process's clock may be ahead or
   * behind.
   */
  async latestOutcomeAt(): Promise<Ms> {
    let latest = this.#readUpTo;
    for await (const { at } of this.#outcomesSince(this.#readUpTo)) latest = Math.max(latest, at);
    return latest;
  }

  /** Starts over from another snapshot, because it was pinned or is newer. Until it is restored, all stays as it was. */
  async #startFrom(pinned: number | undefined, latest: number | undefined): Promise<void> {
    const version = pinned ?? latest;
    const instead = pinned === undefined ? 'the stored outcomes are learned again' : 'routing uses priors';
    const restored = version === undefined ? undefined : await this.#restored(version, instead);
    this.#pinned = pinned;
    this.#basedOn = latest;
    this.#history = restored?.history ?? routerHistory();
    // If the snapshot cannot be read, learn again from all stored outcomes.
    this.#readUpTo = restored?.snapshot.readUpTo ?? 0;
    this.#outcomes = restored?.snapshot.outcomes ?? 0;
    this.#outcomesInSnapshot = this.#outcomes;
    this.#certain = undefined;
    this.#mark = undefined;
    this.#revision += 1;
  }

  async #restored(version: number, instead: string): Promise<Restored | undefined> {
    const { store, warn } = this.#options;
    try {
      const snapshot = await store.snapshot(version);
      return snapshot && { snapshot, history: await restoredHistory(snapshot, warn) };
    } catch (error) {
      if (!(error instanceof ConclaveError) || error.code !== 'configuration') throw error;
      warn(`${error.message} It is not used, and ${instead}.`);
      return undefined;
    }
  }

  async #readNews(): Promise<void> {
    const readAt = this.#options.now();
    let news: RoutedOutcome[] = [];
    let last: Place | undefined = this.#certain;
    for await (const outcome of this.#outcomesSince(this.#readUpTo - overlapMs, this.#certain)) {
      last = outcome;
      if (news.push(outcome) < maxAtOnce) continue;
      await this.#learn(news);
      await this.#history.settle();
      news = [];
    }
    await this.#learn(news);
    if (last) this.#pass({ at: last.at, id: last.id, readAt });
  }

  /** The overlap alone does not bound what is read: while an outcome is dated ahead, all others follow within it. */
  #pass(latest: Mark): void {
    const mark = this.#mark;
    const elapsedMs = mark ? latest.readAt - mark.readAt : 0;
    if (elapsedMs >= overlapMs) this.#certain = mark;
    // A clock that was set back begins anew.
    if (!mark || elapsedMs >= overlapMs || elapsedMs < 0) this.#mark = latest;
  }

  async #learn(news: readonly RoutedOutcome[]): Promise<void> {
    const before = this.#history.state;
    const added = await this.#history.add(news);
    this.#outcomes += added;
    for (const { at } of news) this.#readUpTo = Math.max(this.#readUpTo, at);
    if (added > 0 || this.#history.state !== before) this.#revision += 1;
  }

  /** Reads page by page, so that no outcome within the overlap is skipped. SQLite reads without a turn of the event loop. */
  async *#outcomesSince(since: Ms, certain?: Place): AsyncGenerator<RoutedOutcome> {
    let after = certain;
    do {
      const page: RoutedOutcome[] = await this.#options.store.outcomes({
        since,
        after,
        limit: perRead,
        ...(this.#history.residual && { features: featuresVersion }),
      });
      yield* page;
      await nextTurn();
      after = page.length < perRead ? undefined : page.at(-1);
    } while (after);
  }
}

type Place = Pick<RoutedOutcome, 'at' | 'id'>;

/** The latest outcome at a read, and when that was. */
type Mark = Place & { readonly readAt: Ms };

type Restored = { readonly snapshot: RouterSnapshot; readonly history: RouterHistory };
