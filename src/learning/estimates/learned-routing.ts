import { setTimeout as sleep } from 'node:timers/promises';
import { ConclaveError } from '../../core/errors.ts';
import type { KindOfWork, QualityEstimates } from '../../core/routing/quality-estimates.ts';
import type { RoutedOutcome, RouterSnapshot, RouterStore } from '../../core/stores/router-store.ts';
import type { Ms } from '../../core/units.ts';
import { featuresVersion } from '../features/hashed-features.ts';
import { type PromptEstimates, promptEstimates } from './prompt-estimates.ts';
import { knownWork, type ModelEstimates } from './known-work.ts';
import type { PromptResidual } from '../models/prompt-residual.ts';
import {
  restoredHistory,
  routerHistory,
  type RouterHistory,
  type Trained,
} from '../outcomes/router-history.ts';
import { stateLayout, type RouterState } from '../outcomes/router-state.ts';
import { type QualityChange, snapshotChanges } from '../outcomes/snapshot-changes.ts';
import type { FoundWorths } from '../models/success-worths.ts';

/** What the router learned, as known to this process, and the snapshots that all processes share. */
export interface LearnedRouting {
  /** P(success) of models at the call's kind of work. Looks for news in the background. */
  qualityOf(work: KindOfWork): QualityEstimates;
  /** Like `qualityOf`, with the uncertainty of each estimate. */
  estimatesOf(work: KindOfWork): ModelEstimates;
  readonly state: RouterState;
  /** What the words of a prompt add to the chances, if a training has found something. */
  readonly residual: PromptResidual | undefined;
  /** What a success may cost, if a training has found it. */
  readonly worths: FoundWorths | undefined;
  /** Stores the results of a training as a new version, which all processes use from then on. */
  adopt(trained: Trained, label: string): Promise<number>;
  /** Reads new outcomes, of this and other processes. */
  refresh(): Promise<void>;
  /** Whether a refresh was tried, so that calls are routed by more than priors. */
  readonly isRead: boolean;
  /**
   * The refresh of a process that has just started: if it takes too long or fails, it logs a warning and calls go on
   * without it.
   */
  firstLook(): Promise<void>;
  snapshots(): Promise<{
    readonly pinned?: number;
    readonly snapshots: readonly Omit<RouterSnapshot, 'state'>[];
  }>;
  /** Stores the current state as a new version. */
  take(label: string): Promise<number>;
  /** All processes route by this version, whatever is learned meanwhile; `undefined` removes the pin. */
  pin(version: number | undefined): Promise<void>;
  /** Goes back to a version: what was learned since is forgotten, and learning continues from there. */
  rollback(version: number): Promise<number>;
  /** How models' chances changed from one version to another, greatest changes first. */
  compare(before: number, after: number | undefined): Promise<QualityChange[]>;
}

type Parts = {
  readonly store: RouterStore;
  readonly now: () => Ms;
  readonly warn: (message: string) => void;
  /** The maximum age of this process's knowledge. Default 5 s. */
  readonly refreshMs?: Ms;
  /**
   * How long the first call may wait for the stored knowledge. Default 2 s: a ledger without a snapshot is read from
   * its beginning.
   */
  readonly firstLookMs?: Ms;
};

type Content = Pick<RouterSnapshot, 'layout' | 'outcomes' | 'state' | 'readUpTo'>;

/** Timestamps of outcomes rise in writing order, but another process may commit an outcome after later ones. */
const overlapMs: Ms = 30_000;
const perRead = 1_000;
/** Bounds memory when a ledger is read for the first time. */
const mostAtOnce = 20_000;
/** A snapshot is taken after this many outcomes; a new process reads only the outcomes after it. */
const outcomesPerSnapshot = 2_000;

/** Creates the learned routing. It reads nothing yet: the first look happens at the first call that is routed by it. */
export function learnedRouting({
  store,
  now,
  warn,
  refreshMs = 5_000,
  firstLookMs = 2_000,
}: Parts): LearnedRouting {
  let history = routerHistory();
  let basedOn: number | undefined;
  let pinned: number | undefined;
  let readUpTo: Ms = 0;
  let learned = 0;
  let sinceSnapshot = 0;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let refreshing: Promise<void> | undefined;
  let firstLook: Promise<void> | undefined;
  let isRead = false;
  const known = knownWork(
    () => history.state.learner,
    () => history.worths,
  );
  let prompts: ReturnType<typeof promptEstimates> | undefined;

  async function refresh(): Promise<void> {
    refreshing ??= lookForNews().finally(() => {
      refreshing = undefined;
      refreshedAt = now();
      isRead = true;
    });
    return refreshing;
  }

  async function lookAtMost(ms: Ms): Promise<void> {
    const patience = new AbortController();
    const tooLate = sleep(ms, 'late', { signal: patience.signal });
    const look = refresh().catch(warnUnreadable);
    const first = await Promise.race([look, tooLate]);
    patience.abort();
    isRead = true;
    if (first === 'late')
      warn(`what the router learned is still being read after ${ms} ms: until then calls go by priors`);
  }

  function warnUnreadable(error: unknown): void {
    warn(`what the router learned cannot be read: ${String(error)}`);
  }

  /** If nothing was learned, cached estimates stay: computing them again takes longer than a decision. */
  async function lookForNews(): Promise<void> {
    const before = { state: history.state, residual: history.residual, learned };
    try {
      await look();
    } finally {
      if (history.state !== before.state || learned !== before.learned) known.clear();
      if (history.residual !== before.residual)
        prompts = history.residual && promptEstimates(history.residual);
    }
  }

  async function look(): Promise<void> {
    const latest = (await store.snapshots()).at(-1);
    const wanted = await store.pinned();
    if (wanted !== pinned || (latest !== undefined && latest.version !== basedOn))
      await rebase(wanted, latest?.version);
    if (pinned !== undefined) return;
    await readNews();
    if (sinceSnapshot >= outcomesPerSnapshot) await take('every so often');
  }

  /** Starts over from another snapshot, because it was pinned or is newer. */
  async function rebase(wanted: number | undefined, latest: number | undefined): Promise<void> {
    pinned = wanted;
    basedOn = latest;
    const version = wanted ?? latest;
    const restored = version === undefined ? undefined : await readable(version);
    history = restored?.history ?? routerHistory();
    // If the snapshot cannot be read, learn again from all stored outcomes.
    readUpTo = restored?.snapshot.readUpTo ?? 0;
    learned = restored?.snapshot.outcomes ?? 0;
    sinceSnapshot = 0;
  }

  /** Reads page by page, so that no outcome within the overlap is skipped. */
  async function* outcomesSince(since: Ms): AsyncGenerator<RoutedOutcome> {
    let after: RoutedOutcome | undefined;
    do {
      const page: RoutedOutcome[] = await store.outcomes({
        since,
        after,
        limit: perRead,
        ...(history.residual && { features: featuresVersion }),
      });
      yield* page;
      after = page.length < perRead ? undefined : page.at(-1);
    } while (after);
  }

  type Restored = { readonly snapshot: RouterSnapshot; readonly history: RouterHistory };

  async function readable(version: number): Promise<Restored | undefined> {
    try {
      const snapshot = await store.snapshot(version);
      return snapshot && { snapshot, history: restoredHistory(snapshot, warn) };
    } catch (error) {
      if (!(error instanceof ConclaveError) || error.code !== 'configuration') throw error;
      const instead =
        pinned === undefined ? 'what the ledger holds is learned anew' : 'routing goes on by priors';
      warn(`${error.message} It is left alone, and ${instead}.`);
      return undefined;
    }
  }

  async function readNews(): Promise<void> {
    let news: RoutedOutcome[] = [];
    for await (const outcome of outcomesSince(readUpTo - overlapMs)) {
      if (news.push(outcome) < mostAtOnce) continue;
      await learnAll(news);
      history.settle();
      news = [];
    }
    await learnAll(news);
  }

  async function learnAll(news: readonly RoutedOutcome[]): Promise<void> {
    const added = await history.add(news);
    learned += added;
    sinceSnapshot += added;
    for (const { at } of news) readUpTo = Math.max(readUpTo, at);
  }

  async function take(label: string, contentOf: () => Content = present): Promise<number> {
    const version = ((await store.snapshots()).at(-1)?.version ?? 0) + 1;
    const taken = await store.addSnapshot({ version, createdAt: now(), label, ...contentOf() });
    if (!taken) return take(label, contentOf);
    if (contentOf === present && pinned === undefined) {
      basedOn = version;
      sinceSnapshot = 0;
    }
    return version;
  }

  /** Outcomes settle only when a snapshot is taken, so that all processes that start from it have the same state. */
  function present(): Content {
    history.settle();
    return { layout: stateLayout, outcomes: learned, state: history.snapshot(), readUpTo };
  }

  /** Works on a copy: if another version is pinned, this process continues to route by that one. */
  function presentWith(trained: Trained): Content {
    const content = present();
    const copy = routerHistory(content);
    copy.adopt(trained);
    return { ...content, state: copy.snapshot() };
  }

  function goneBackTo(from: RouterSnapshot, last: Ms): Content {
    const then = routerHistory(from);
    then.ignoreUntil(last);
    return { layout: stateLayout, outcomes: from.outcomes, state: then.snapshot(), readUpTo: last };
  }

  /**
   * Returns when the latest outcome was written, by the store's timestamps: this process's clock may be ahead or
   * behind.
   */
  async function latestOutcomeAt(): Promise<Ms> {
    let latest = readUpTo;
    for await (const { at } of outcomesSince(readUpTo)) latest = Math.max(latest, at);
    return latest;
  }

  async function existing(version: number): Promise<RouterSnapshot> {
    const snapshot = await store.snapshot(version);
    if (snapshot) return snapshot;
    throw new ConclaveError(
      'not_found',
      `There is no snapshot ${version} of the router; \`conclave router snapshots\` lists them.`,
    );
  }

  /** Returns a snapshot that can be read. A snapshot that this process cannot read must not be imposed on all. */
  async function usable(version: number): Promise<RouterSnapshot> {
    try {
      const snapshot = await existing(version);
      restoredHistory(snapshot, () => {});
      return snapshot;
    } catch (error) {
      if (!(error instanceof ConclaveError) || error.code !== 'configuration') throw error;
      throw new ConclaveError(
        'invalid_request',
        `${error.message} Nobody could route by it. \`conclave router take\` makes one that is read.`,
        { cause: error },
      );
    }
  }

  function estimatesOf(work: KindOfWork): PromptEstimates {
    const kind = known.at(work);
    return prompts && work.promptFeatures ? prompts(kind, work.promptFeatures) : kind;
  }

  return {
    qualityOf(work) {
      // `abs`: a clock that was set back must not stop refreshing until it has caught up.
      if (Math.abs(now() - refreshedAt) > refreshMs && !refreshing) {
        refresh().catch(warnUnreadable);
      }
      return estimatesOf(work).quality;
    },
    estimatesOf,
    get state() {
      return history.state;
    },
    get residual() {
      return history.residual;
    },
    get worths() {
      return history.worths;
    },
    async adopt(trained, label) {
      await refresh();
      const taken = await take(label, () => presentWith(trained));
      await refresh();
      return taken;
    },
    refresh,
    get isRead() {
      return isRead;
    },
    firstLook: () => (firstLook ??= lookAtMost(firstLookMs)),
    async snapshots() {
      const [snapshots, version] = await Promise.all([store.snapshots(), store.pinned()]);
      return { ...(version !== undefined && { pinned: version }), snapshots };
    },
    async take(label) {
      await refresh();
      return take(label);
    },
    async pin(version) {
      if (version !== undefined) await usable(version);
      await store.pin(version);
      await refresh();
    },
    async rollback(version) {
      const from = await usable(version);
      await refresh();
      const latest = await latestOutcomeAt();
      const taken = await take(`back to ${version}`, () => goneBackTo(from, latest));
      await refresh();
      return taken;
    },
    async compare(before, after) {
      const a = restoredHistory(await existing(before), warn);
      await refresh();
      return snapshotChanges(a, after === undefined ? history : restoredHistory(await existing(after), warn));
    },
  };
}
