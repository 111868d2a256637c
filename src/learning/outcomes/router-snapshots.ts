import { ConclaveError } from '../../core/errors.ts';
import type { RouterSnapshot, RouterStore } from '../../core/stores/router-store.ts';
import type { Ms } from '../../core/units.ts';
import { forgettingUntil, restoredHistory, type RouterHistory } from './router-history.ts';
import { readStoredHistory, stateLayout, type StoredHistory } from './stored-history.ts';
import { storedTraining, type Trained } from './stored-training.ts';

/** What a snapshot stores, before it is given a version and a label. */
export type SnapshotContent = Pick<RouterSnapshot, 'layout' | 'outcomes' | 'readUpTo'> & {
  readonly state: StoredHistory;
};

type Label = Pick<RouterSnapshot, 'createdAt' | 'label'>;

/** Stores a snapshot as the next version, and returns the version. `keepLatest`: see `RouterStore.addSnapshot`. */
export async function addSnapshot(
  store: RouterStore,
  snapshot: SnapshotContent & Label,
  keepLatest?: number,
): Promise<number> {
  for (;;) {
    const version = ((await store.snapshots()).at(-1)?.version ?? 0) + 1;
    // If another process has just taken that version, try the next one.
    if (await store.addSnapshot({ version, ...snapshot }, keepLatest)) return version;
  }
}

/**
 * Restores the history of a stored snapshot.
 * @throws ConclaveError `not_found`; `configuration` if the snapshot cannot be read.
 */
export async function historyAt(
  store: RouterStore,
  version: number,
  warn: (message: string) => void,
): Promise<RouterHistory> {
  return restoredHistory(await existing(store, version), warn);
}

/**
 * Returns a snapshot that can be read. A snapshot that this process cannot read must not be imposed on all.
 * @throws ConclaveError `not_found`, or `invalid_request` if it cannot be read.
 */
export async function usableSnapshot(store: RouterStore, version: number): Promise<RouterSnapshot> {
  try {
    const snapshot = await existing(store, version);
    readStoredHistory(snapshot);
    return snapshot;
  } catch (error) {
    if (!(error instanceof ConclaveError) || error.code !== 'configuration') throw error;
    throw new ConclaveError(
      'invalid_request',
      `${error.message} No process could route by it. \`conclave router take\` saves a readable one.`,
      { cause: error },
    );
  }
}

/** Uses the results of another training from here on; what was learned before stays as it was. */
export function withTraining(content: SnapshotContent, trained: Trained): SnapshotContent {
  const { residual: _residual, worths: _worths, ...learned } = content.state;
  return { ...content, state: { ...learned, ...storedTraining(trained).files } };
}

/** Goes back to a snapshot and ignores everything that was reported after it, until `last`. */
export function backTo(snapshot: RouterSnapshot, last: Ms): SnapshotContent {
  const state = forgettingUntil(last, readStoredHistory(snapshot));
  return { layout: stateLayout, outcomes: snapshot.outcomes, state, readUpTo: last };
}

async function existing(store: RouterStore, version: number): Promise<RouterSnapshot> {
  const snapshot = await store.snapshot(version);
  if (snapshot) return snapshot;
  throw new ConclaveError(
    'not_found',
    `There is no snapshot ${version} of the router; \`conclave router snapshots\` lists them.`,
  );
}
