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

/** What the router learned, as this process knows it, and the snapshots that all processes share. */
export interface LearnedRouting {
  /** P(success) of models at the kind of work that a call is. Looks for news behind the caller's back. */
  qualityOf(work: KindOfWork): QualityEstimates;
  /** The same with how well each is known. */
  estimatesOf(work: KindOfWork): ModelEstimates;
  readonly state: RouterState;
  /** What prompts' own words add to the chances, where a training has found something. */
  readonly residual: PromptResidual | undefined;
  /** What a success may cost, where a training has found it. */
  readonly worths: FoundWorths | undefined;
  /** Keeps what a training found under a new version, by which all processes go on. */
  adopt(trained: Trained, label: string): Promise<number>;
  /** Reads what has been learned since, here and in other processes. */
  refresh(): Promise<void>;
  /** Whether that was tried once, so that calls are routed by more than priors. */
  readonly isRead: boolean;
  /** The same for a process that has just begun: what takes too long or fails is warned of, and nobody waits for it. */
  firstLook(): Promise<void>;
  snapshots(): Promise<{
    readonly pinned?: number;
    readonly snapshots: readonly Omit<RouterSnapshot, 'state'>[];
  }>;
  /** Keeps the present state under a new version. */
  take(label: string): Promise<number>;
  /** All processes route by this version, whatever is learned meanwhile; `undefined` lets them go on. */
  pin(version: number | undefined): Promise<void>;
  /** Goes back to a version: what was learned since is forgotten, and learning goes on from there. */
  rollback(version: number): Promise<number>;
  /** What a model's chances were in one version and are in another, the greatest changes first. */
  compare(before: number, after: number | undefined): Promise<QualityChange[]>;
}

type Parts = {
  readonly store: RouterStore;
  readonly now: () => Ms;
  readonly warn: (message: string) => void;
  /** How old what this process knows may become. Default 5 s. */
  readonly refreshMs?: Ms;
  /** How long the first call may wait for what was learned before. Default 2 s: a ledger without a snapshot is read from its beginning. */
  readonly firstLookMs?: Ms;
};

type Content = Pick<RouterSnapshot, 'layout' | 'outcomes' | 'state' | 'readUpTo'>;

/** Times rise in the order in which outcomes are written, but another process may commit one later than its successors. */
const overlapMs: Ms = 30_000;
const perRead = 1_000;
/** A ledger that is read for the first time may hold more than fits into memory. */
const mostAtOnce = 20_000;
/** So many outcomes after a snapshot, the next is taken: a new process reads the rest. */
const outcomesPerSnapshot = 2_000;

/** Opens nothing: the first look is taken at the first call that is routed by it. */
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

  /** Where nothing was learned, what is known of each kind of work stays: to find it out anew takes longer than a decision. */
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

  /** Another snapshot than the one we stand on is in force: begin there. */
  async function rebase(wanted: number | undefined, latest: number | undefined): Promise<void> {
    pinned = wanted;
    basedOn = latest;
    const version = wanted ?? latest;
    const restored = version === undefined ? undefined : await readable(version);
    history = restored?.history ?? routerHistory();
    // Who cannot read it learns again from all outcomes there are.
    readUpTo = restored?.snapshot.readUpTo ?? 0;
    learned = restored?.snapshot.outcomes ?? 0;
    sinceSnapshot = 0;
  }

  /** Page by page: however many came within the overlap, none is passed over. */
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

  /** Outcomes settle where a snapshot is taken and nowhere else, so that all who stand on it know as much. */
  function present(): Content {
    history.settle();
    return { layout: stateLayout, outcomes: learned, state: history.snapshot(), readUpTo };
  }

  /** On a copy: where another version is pinned, this process goes on by that one. */
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

  /** When the latest outcome was written, by the store's order: this process's clock may be ahead of it or behind. */
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

  /** What all processes are to route by, this one must be able to read. */
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
      // A clock that was set back must not stop the looking until it has caught up.
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
