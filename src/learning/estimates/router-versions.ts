import { ConclaveError } from '../../core/errors.ts';
import { longestLabel, type RouterSnapshot, type RouterStore } from '../../core/stores/router-store.ts';
import type { Ms } from '../../core/units.ts';
import { FollowedHistory } from '../outcomes/followed-history.ts';
import type { RouterHistory } from '../outcomes/router-history.ts';
import {
  addSnapshot,
  backTo,
  historyAt,
  type SnapshotContent,
  usableSnapshot,
  withTraining,
} from '../outcomes/router-snapshots.ts';
import type { RouterState } from '../outcomes/router-state.ts';
import { type PriorOf, type QualityChange, snapshotChanges } from '../outcomes/snapshot-changes.ts';
import type { Trained } from '../outcomes/stored-training.ts';

/** All versions, and the one that is pinned. */
export type KeptVersions = {
  readonly pinned?: number;
  readonly snapshots: readonly Omit<RouterSnapshot, 'state'>[];
};

/** The versions of what was learned, which all processes on one store share. */
export interface RouterVersions {
  snapshots(): Promise<KeptVersions>;
  /** Stores what was learned until now as a new version, even while another version is pinned. */
  take(label: string): Promise<number>;
  /** Stores the results of a training as a new version, which all processes use from then on. */
  adopt(trained: Trained, label: string): Promise<number>;
  /** All processes route by this version, whatever is learned meanwhile; `undefined` removes the pin. */
  pin(version: number | undefined): Promise<void>;
  /** Goes back to a version: what was learned since is forgotten, and learning continues from there. */
  rollback(version: number): Promise<number>;
  /** How models' chances changed from one version (to another, or to the present state), greatest changes first. */
  compare(
    versions: { readonly before: number; readonly after: number | undefined },
    priorOf: PriorOf,
  ): Promise<QualityChange[]>;
}

type Options = {
  readonly store: RouterStore;
  readonly now: () => Ms;
  readonly warn: (message: string) => void;
  /** What this process routes by. */
  readonly followed: FollowedHistory;
  /** Reads what was stored since, so that this process routes by it. */
  readonly refresh: () => Promise<void>;
  readonly stateOf: (history: RouterHistory) => RouterState;
};

export function routerVersions({ store, now, warn, followed, refresh, stateOf }: Options): RouterVersions {
  /** What was learned regardless of a pin: new versions continue from there, not from what is pinned. */
  async function unpinned(): Promise<FollowedHistory> {
    await refresh();
    if (!followed.isPinned) return followed;
    const newest = new FollowedHistory({ store, now, warn, heedsPin: false });
    await newest.catchUp();
    return newest;
  }

  /** Adds a version that is not this process's present state, and follows it. */
  async function follow(content: SnapshotContent, label: string): Promise<number> {
    const version = await addSnapshot(store, { ...content, createdAt: now(), label });
    await refresh();
    return version;
  }

  return {
    async snapshots() {
      const [snapshots, version] = await Promise.all([store.snapshots(), store.pinned()]);
      return { ...(version !== undefined && { pinned: version }), snapshots };
    },
    async take(label) {
      if (label.length > longestLabel) {
        const message = `A label has at most ${longestLabel} characters; this one has ${label.length}.`;
        throw new ConclaveError('invalid_request', message);
      }
      const newest = await unpinned();
      return newest.take(label);
    },
    async adopt(trained, label) {
      const newest = await unpinned();
      return follow(withTraining(await newest.settle(), trained), label);
    },
    async pin(version) {
      if (version !== undefined) await usableSnapshot(store, version);
      await store.pin(version);
      await refresh();
    },
    async rollback(version) {
      const from = await usableSnapshot(store, version);
      await refresh();
      return follow(backTo(from, await followed.latestOutcomeAt()), `back to ${version}`);
    },
    async compare({ before, after }, priorOf) {
      const a = await historyAt(store, before, warn);
      await refresh();
      const b = after === undefined ? followed.history : await historyAt(store, after, warn);
      const learnedBy = (history: RouterHistory) => ({ state: stateOf(history), residual: history.residual });
      return snapshotChanges({ before: learnedBy(a), after: learnedBy(b), priorOf, at: now() });
    },
  };
}
