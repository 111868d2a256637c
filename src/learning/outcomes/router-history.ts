import { setImmediate as nextTurn } from 'node:timers/promises';
import { appendAll } from '../../core/lists/append-all.ts';
import type { RoutedOutcome } from '../../core/stores/router-store.ts';
import type { Ms } from '../../core/units.ts';
import type { PromptResidual } from '../models/prompt-residual.ts';
import { routerState, type RouterState } from './router-state.ts';
import {
  type OutcomePosition,
  type OutcomeRange,
  readStoredHistory,
  type SnapshotState,
  type StoredHistory,
} from './stored-history.ts';
import { readTraining, type StoredTraining, storedTraining } from './stored-training.ts';
import type { FoundWorths } from '../models/success-worths.ts';

/**
 * What was learned, together with its latest outcomes in the order in which they were first reported: if one of them
 * changes, everything after it is learned again as if the new value had been the first. So fading and alarms need no
 * undoing, and processes agree whenever and in whatever order they read.
 */
export interface RouterHistory {
  /** A different object after an outcome was changed. */
  readonly state: RouterState;
  /** What was learned of simulated models: their answers show nothing of the real ones. */
  readonly simulated: RouterState;
  /** What the words of prompts add to it, if a training has found something. */
  readonly residual: PromptResidual | undefined;
  /** What a success may cost, if a training has found it. */
  readonly worths: FoundWorths | undefined;
  /** Adds unknown outcomes. Returns how many are new, not counting changed ones. */
  add(outcomes: readonly RoutedOutcome[]): Promise<number>;
  /** Drops all but the latest `changeable` outcomes: what they taught stays, and they can no longer be changed. */
  settle(): Promise<void>;
  /** May be asked for at any time: what is being learned or settled is in it, once. */
  snapshot(): StoredHistory;
}

/**
 * At least this many of the latest outcomes can be changed. One takes up to half a millisecond to learn, depending on
 * how many keys and kinds of work are known: to learn all of them again takes seconds.
 */
export const changeable = 5_000;
/** How many are learned before calls and streams go on. */
const entriesPerTurn = 10;

type States = { readonly real: RouterState; readonly simulated: RouterState };

type OutcomeEntry = OutcomePosition & { readonly outcome: RoutedOutcome };

/** Returns an empty history. */
export function routerHistory(): RouterHistory {
  const [base, learned] = [statesFrom({}), statesFrom({})];
  return historyFrom({ base, learned, entries: [], training: storedTraining({}), stored: {} });
}

/**
 * Restores the history of a snapshot, in turns. Results of a training that cannot be read are kept as they are but not
 * used, and `warn` is called.
 * @throws ConclaveError `configuration` if the snapshot is of another layout, or damaged.
 */
export async function restoredHistory(
  snapshot: SnapshotState,
  warn: (message: string) => void,
): Promise<RouterHistory> {
  const stored = readStoredHistory(snapshot);
  const training = readTraining(stored, (message) =>
    warn(`Snapshot ${snapshot.version} of the router: ${message}`),
  );
  await nextTurn();
  const base = statesFrom(stored);
  const entries = (stored.outcomes ?? []).map(entryOf);
  return historyFrom({ base, learned: await relearned(base, entries), entries, training, stored });
}

/** Ignores unknown outcomes that were reported until `at`; later reports about the same calls count. */
export function forgettingUntil(at: Ms, stored: StoredHistory): StoredHistory {
  const { closed, forgotten = [] } = stored;
  const until = { at, name: afterAllNames };
  return {
    ...stored,
    closed: laterOf(closed, until),
    forgotten: [...forgotten, { ...(closed && { after: closed }), until }],
  };
}

/** `learned` is what `base` becomes with these entries. */
function historyFrom({
  base,
  learned,
  entries: kept,
  training,
  stored,
}: {
  readonly base: States;
  readonly learned: States;
  readonly entries: OutcomeEntry[];
  readonly training: StoredTraining;
  readonly stored: Pick<StoredHistory, 'closed' | 'forgotten'>;
}): RouterHistory {
  let [state, entries] = [learned, kept];
  let { closed } = stored;
  const { forgotten = [] } = stored;
  const known = new Map(entries.map((entry) => [entry.name, entry]));

  async function add(outcomes: readonly RoutedOutcome[]): Promise<number> {
    const fresh: OutcomeEntry[] = [];
    let changed = false;
    const { residual } = training.trained;
    for (const reported of outcomes.map((outcome) => entryOf(withShift(outcome, residual)))) {
      const before = known.get(reported.name);
      if (before?.outcome.id === reported.outcome.id || (before && before.outcome.at > reported.outcome.at))
        continue;
      const entry = placed(reported, before, forgotten);
      if (!before && closed && inOrder(entry, closed) <= 0) continue;
      known.set(entry.name, entry);
      if (before) changed = true;
      else fresh.push(entry);
    }
    fresh.sort(inOrder);
    const [first, last] = [fresh[0], entries.at(-1)];
    const follows = !changed && (!first || !last || inOrder(first, last) > 0);
    if (follows) {
      appendAll(entries, fresh);
      await teachInTurns(state, fresh);
    } else {
      entries = [...known.values()].toSorted(inOrder);
      state = await relearned(base, entries);
    }
    return fresh.length;
  }

  return {
    get state() {
      return state.real;
    },
    get simulated() {
      return state.simulated;
    },
    get residual() {
      return training.trained.residual;
    },
    get worths() {
      return training.trained.worths;
    },
    add,
    async settle() {
      while (entries.length > changeable) {
        const leaving = entries.splice(0, Math.min(entriesPerTurn, entries.length - changeable));
        for (const one of leaving) {
          teach(base, one);
          known.delete(one.name);
        }
        closed = laterOf(closed, leaving.at(-1));
        await nextTurn();
      }
    },
    snapshot: () => ({
      settled: base.real.snapshot(),
      settledSimulated: base.simulated.snapshot(),
      outcomes: entries.map(({ outcome }) => outcome),
      ...(closed && { closed: positionOf(closed) }),
      ...(forgotten.length > 0 && { forgotten }),
      ...training.files,
    }),
  };
}

/**
 * Adds the shift predicted for the prompt, and removes the features: the shift is all that is learned from them here.
 */
function withShift(
  { features, ...outcome }: RoutedOutcome,
  residual: PromptResidual | undefined,
): RoutedOutcome {
  const promptShift = features && residual?.shiftOf(outcome.model, { features, task: outcome.task });
  return promptShift === undefined ? outcome : { ...outcome, promptShift };
}

/** A source has one outcome of a kind per call; its position is that of its first report. */
function entryOf(outcome: RoutedOutcome): OutcomeEntry {
  const { callId, kind, source, at, firstAt = at } = outcome;
  return { at: firstAt, name: `${callId} ${kind} ${source}`, outcome };
}

/**
 * If the first report was forgotten by a rollback, the outcome's place is that of its latest report, as if it were the
 * first. What the rollback had kept stays in its place.
 */
function placed(
  entry: OutcomeEntry,
  before: OutcomeEntry | undefined,
  forgotten: readonly OutcomeRange[],
): OutcomeEntry {
  const range = forgotten.find(
    ({ after, until }) => (!after || inOrder(entry, after) > 0) && inOrder(entry, until) <= 0,
  );
  if (!range || (before && inOrder(before, range.until) <= 0)) return entry;
  const { firstAt: _forgotten, ...outcome } = entry.outcome;
  return entryOf(outcome);
}

function positionOf({ at, name }: OutcomePosition): OutcomePosition {
  return { at, name };
}

/** Calls continue meanwhile, with the previous state. */
async function relearned(base: States, entries: readonly OutcomeEntry[]): Promise<States> {
  const state = copyOf(base);
  await teachInTurns(state, [...entries]);
  return state;
}

async function teachInTurns(states: States, entries: readonly OutcomeEntry[]): Promise<void> {
  for (const [at, entry] of entries.entries()) {
    if (at > 0 && at % entriesPerTurn === 0) await nextTurn();
    teach(states, entry);
  }
}

function statesFrom({ settled, settledSimulated }: StoredHistory): States {
  return { real: routerState(settled), simulated: routerState(settledSimulated) };
}

function copyOf({ real, simulated }: States): States {
  return { real: routerState(real.snapshot()), simulated: routerState(simulated.snapshot()) };
}

function teach({ real, simulated }: States, { outcome, at }: OutcomeEntry): void {
  const state = outcome.simulated === true ? simulated : real;
  state.learn(at === outcome.at ? outcome : { ...outcome, at });
}

const afterAllNames = '\uffff';

function inOrder(a: OutcomePosition, b: OutcomePosition): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}

function laterOf(
  a: OutcomePosition | undefined,
  b: OutcomePosition | undefined,
): OutcomePosition | undefined {
  if (!a || !b) return a ?? b;
  return inOrder(a, b) < 0 ? b : a;
}
