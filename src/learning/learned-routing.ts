import { ConclaveError } from '../core/errors.ts';
import type { Model } from '../core/model.ts';
import type { KindOfWork, QualityEstimates } from '../core/plan.ts';
import type { Candidate } from '../core/provider.ts';
import type { RoutedOutcome, RouterSnapshot, RouterStore } from '../core/router-store.ts';
import { rememberLatest } from '../core/remember-latest.ts';
import { priorParts } from '../core/success-prior.ts';
import type { TaskType } from '../core/task.ts';
import type { Ms } from '../core/units.ts';
import type { Estimate } from './online-learner.ts';
import { routerHistory, type RouterHistory } from './router-history.ts';
import { projectTag, stateLayout, type RouterState } from './router-state.ts';

/** What the router learned, as this process knows it, and the snapshots that all processes share. */
export interface LearnedRouting {
  /** P(success) of models at the kind of work that a call is. Looks for news behind the caller's back. */
  qualityOf(work: KindOfWork): QualityEstimates;
  /** The same with how well each is known. */
  estimatesOf(work: KindOfWork): ModelEstimates;
  readonly state: RouterState;
  /** Reads what has been learned since, here and in other processes. */
  refresh(): Promise<void>;
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

/** What to expect of models at one kind of work, looked up once for each. */
export type ModelEstimates = { of(model: Model): Estimate };

export type QualityChange = {
  readonly model: string;
  readonly task?: string;
  readonly tag?: string;
  readonly before: number;
  readonly after: number;
};

type Parts = {
  readonly store: RouterStore;
  readonly now: () => Ms;
  readonly warn: (message: string) => void;
  /** How old what this process knows may become. Default 5 s. */
  readonly refreshMs?: Ms;
};

/** Outcomes that another process commits late, with an earlier time than ours, are still seen. */
const overlapMs: Ms = 30_000;
const perRead = 1_000;
/** A ledger that is read for the first time may hold more than fits into memory. */
const mostAtOnce = 20_000;
/** So many outcomes after a snapshot, the next is taken: a new process reads the rest. */
const outcomesPerSnapshot = 2_000;

/** Kinds of work that are known at a time: some six megabytes among a hundred models. */
const mostKinds = 500;

/** Opens nothing: the first look is taken at the first call. */
export function learnedRouting({ store, now, warn, refreshMs = 5_000 }: Parts): LearnedRouting {
  let history = routerHistory();
  let basedOn: number | undefined;
  let pinned: number | undefined;
  let readUpTo: Ms = 0;
  let learned = 0;
  let sinceSnapshot = 0;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let refreshing: Promise<void> | undefined;
  const remembered = new Map<string, KnownWork>();
  let latest: KnownWork | undefined;

  async function refresh(): Promise<void> {
    refreshing ??= lookForNews().finally(() => {
      refreshing = undefined;
      refreshedAt = now();
    });
    return refreshing;
  }

  /** Where nothing was learned, what is known of each kind of work stays: to find it out anew takes longer than a decision. */
  async function lookForNews(): Promise<void> {
    const before = { state: history.state, learned };
    try {
      await look();
    } finally {
      if (history.state !== before.state || learned !== before.learned) {
        remembered.clear();
        latest = undefined;
      }
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
    const snapshot = version === undefined ? undefined : await store.snapshot(version);
    const restored = snapshot && readable(snapshot);
    history = restored ?? routerHistory();
    // Who cannot read it learns again from all outcomes there are.
    readUpTo = restored && snapshot ? snapshot.readUpTo : 0;
    learned = restored && snapshot ? snapshot.outcomes : 0;
    sinceSnapshot = 0;
  }

  /** Page by page: however many came within the overlap, none is passed over. */
  async function* outcomesSince(since: Ms): AsyncGenerator<RoutedOutcome> {
    let after: RoutedOutcome | undefined;
    do {
      const page: RoutedOutcome[] = await store.outcomes({ since, after, limit: perRead });
      yield* page;
      after = page.length < perRead ? undefined : page.at(-1);
    } while (after);
  }

  function readable(snapshot: RouterSnapshot): RouterHistory | undefined {
    try {
      return routerHistory(snapshot);
    } catch (error) {
      if (!(error instanceof ConclaveError)) throw error;
      warn(`snapshot ${snapshot.version} of the router: ${error.message}`);
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

  async function take(label: string, from?: RouterSnapshot): Promise<number> {
    const known = await store.snapshots();
    const version = (known.at(-1)?.version ?? 0) + 1;
    const content = from ? goneBackTo(from) : present();
    const taken = await store.addSnapshot({ version, createdAt: now(), label, ...content });
    if (!taken) return take(label, from);
    if (!from && pinned === undefined) {
      basedOn = version;
      sinceSnapshot = 0;
    }
    return version;
  }

  /** Outcomes settle where a snapshot is taken and nowhere else, so that all who stand on it know as much. */
  function present() {
    history.settle();
    return { layout: stateLayout, outcomes: learned, state: history.snapshot(), readUpTo };
  }

  function goneBackTo(from: RouterSnapshot) {
    const then = routerHistory(from);
    then.ignoreUntil(now());
    return { layout: stateLayout, outcomes: from.outcomes, state: then.snapshot(), readUpTo: now() };
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
    const snapshot = await existing(version);
    if (snapshot.layout === stateLayout) return snapshot;
    throw new ConclaveError(
      'invalid_request',
      `Snapshot ${version} of the router has layout ${snapshot.layout}, this Conclave reads ${stateLayout}: nobody could route by it. \`conclave router take\` makes one that is read.`,
    );
  }

  function estimatesOf({ keyId, task, difficulty, tags }: KindOfWork): KnownWork {
    const key = keyId === undefined || history.state.learner.hasHeard(keyId) ? keyId : anyOther;
    // In steps of a twentieth: finer than it can be guessed, and coarse enough to meet again.
    const step = difficulty === undefined ? undefined : Math.round(difficulty * 20);
    const tag = projectTag(tags);
    // A decision asks twice about its call.
    if (latest && latest.key === key && latest.task === task && latest.tag === tag && latest.step === step)
      return latest;
    const name = `${key ?? ''}\n${task ?? ''}\n${tag ?? ''}\n${step ?? ''}`;
    latest = remembered.get(name);
    if (latest) return latest;
    latest = knownWork({ key, task, tag, step });
    rememberLatest(remembered, name, latest, mostKinds);
    return latest;
  }

  function knownWork(work: KnownFor): KnownWork {
    const { key, task, tag, step } = work;
    const byModel = new Map<string, Estimate>();
    const of = (model: Model) => {
      let estimate = byModel.get(model.id);
      if (estimate === undefined) {
        const start = priorParts(model, task, step === undefined ? undefined : step / 20);
        const subject = {
          model: model.id,
          ...start,
          ...(task && { task }),
          ...(tag && { tag }),
          ...(key && { keyId: key }),
        };
        byModel.set(model.id, (estimate = history.state.learner.estimate(subject)));
      }
      return estimate;
    };
    return { ...work, of, quality: chancesBy(of) };
  }

  return {
    qualityOf(work) {
      if (now() - refreshedAt > refreshMs && !refreshing) {
        refresh().catch((error: unknown) => warn(`what the router learned cannot be read: ${String(error)}`));
      }
      return estimatesOf(work).quality;
    },
    estimatesOf,
    get state() {
      return history.state;
    },
    refresh,
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
      const taken = await take(`back to ${version}`, await usable(version));
      await refresh();
      return taken;
    },
    async compare(before, after) {
      const a = routerHistory(await existing(before)).state;
      await refresh();
      return changes(a, after === undefined ? history.state : routerHistory(await existing(after)).state);
    },
  };
}

/** Nothing was heard of any of these, so all are told the same. No key has this id. */
const anyOther = '-';

type KnownFor = {
  readonly key: string | undefined;
  readonly task: TaskType | undefined;
  readonly tag: string | undefined;
  readonly step: number | undefined;
};

/** What is known of models at one kind of work, until something is learned. */
type KnownWork = ModelEstimates & KnownFor & { readonly quality: QualityEstimates };

/** Estimates as chances alone. Those of a list are worked out once, while no other list is asked for. */
function chancesBy(of: ModelEstimates['of']): QualityEstimates {
  let list: readonly Candidate[] | undefined;
  let chances = new Float64Array(0);
  return {
    of: (model) => of(model).mean,
    ofAll(candidates) {
      if (candidates === list) return chances;
      list = candidates;
      chances = new Float64Array(candidates.length);
      for (const [at, { model }] of candidates.entries()) chances[at] = of(model).mean;
      return chances;
    },
  };
}

/** Differences are shown for a model of middling chances. */
const middling = 0.75;
const mostChanges = 50;

function changes(a: RouterState, b: RouterState): QualityChange[] {
  const names = new Set([...a.learner.snapshot().cells, ...b.learner.snapshot().cells].map(([name]) => name));
  return [...names]
    .map((name): QualityChange => {
      const [model = '', task, tag] = name.split('\n');
      const subject = { model, base: middling, ...(task && { task }), ...(tag && { tag }) };
      return {
        model,
        ...(task && { task }),
        ...(tag && { tag }),
        before: a.learner.estimate(subject).mean,
        after: b.learner.estimate(subject).mean,
      };
    })
    .filter(({ before, after }) => Math.abs(after - before) > 0.001)
    .sort((x, y) => Math.abs(y.after - y.before) - Math.abs(x.after - x.before))
    .slice(0, mostChanges);
}
