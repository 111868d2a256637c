import { ConclaveError } from '../../../core/errors.ts';
import { minOf } from '../../../core/lists/extremes.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { Ms } from '../../../core/units.ts';
import type { Full } from './capacity.ts';
import type { Slot } from './slot.ts';
import { UntriedCandidates } from '../order/untried-candidates.ts';
import type { Clock, SettingsOf } from '../../services.ts';
import type { ReadTokens } from '../../../core/money/expected-prompt.ts';
import type { DeploymentMemory } from '../deployment-memory.ts';

/** A candidate with a slot at its deployment. */
export type CandidateWithSlot = {
  readonly kind: 'slot';
  readonly candidate: Candidate;
  readonly slot: Slot;
};

/** A candidate with the limit that its deployment has reached. */
export type FullCandidate = { readonly kind: 'full'; readonly candidate: Candidate; readonly full: Full };

/** What the wait for a slot came to. */
export type Acquired = CandidateWithSlot | FullCandidate;

/** What slots are acquired with. */
export type Room = Pick<DeploymentMemory, 'load' | 'health'> & SettingsOf<'balance'> & Clock;

/** How much room is needed, and until when to wait for it. */
export type SlotRequest = {
  readonly tokensOf: ReadTokens;
  readonly signal: AbortSignal;
  /** The call had a slot and was refused through no fault of its own: it goes before other waiting calls. */
  readonly goesFirst?: boolean;
  /** The longest wait. Default: `balance.queueMs`. */
  readonly queueMs?: Ms;
};

/**
 * Takes the first candidate with room out of `untried`, and a slot at it. If all are full, the call waits in line if its
 * turn will probably come within `queueMs`; otherwise, and after that time, returns the first candidate with the limit
 * it has reached. `undefined` if none is left.
 */
export function acquireSlot(
  engine: Room,
  untried: UntriedCandidates,
  wish: SlotRequest,
): Acquired | undefined | Promise<Acquired | undefined> {
  const growing = growFirst(engine, untried.inOrder, wish.tokensOf);
  if (growing) return growing.then(() => acquireSlot(engine, untried, wish));
  const found = takeFirst(engine, untried, wish.tokensOf);
  if (found || untried.isEmpty) return found;
  return soonest(engine, untried.inOrder, wish) > patienceMs(engine, wish.queueMs)
    ? firstOf(engine, untried, wish.tokensOf)
    : waitForRoom(engine, untried, wish);
}

/** The same for a single candidate. */
export async function acquireSlotAt(
  engine: Room,
  candidate: Candidate,
  wish: SlotRequest,
): Promise<Acquired> {
  const acquired = await acquireSlot(engine, new UntriedCandidates([candidate]), wish);
  if (acquired) return acquired;
  throw new ConclaveError('internal', `No slot was given at ${candidate.deployment.id}.`);
}

/**
 * Returns the estimated shortest wait for room at any of these; 0 if there is room.
 * A per-minute limit knows its own wait; for slots, the estimate is how quickly they became free recently.
 */
export function soonest(
  { load }: Pick<Room, 'load'>,
  candidates: readonly Candidate[],
  wish: Pick<SlotRequest, 'tokensOf' | 'goesFirst'>,
): Ms {
  let least = Infinity;
  for (const candidate of candidates) {
    const { deployment } = candidate;
    const full = load.full(deployment, wish.tokensOf(candidate));
    if (!full || full.mayGrow) return 0;
    least = Math.min(least, full.waitMs ?? load.turnInMs(deployment, wish));
  }
  return least;
}

/** Half of what a call may wait: a wrong estimate must not make it wait in vain. */
export function patienceMs({ settings }: Pick<Room, 'settings'>, queueMs = settings.balance.queueMs): Ms {
  return queueMs / 2;
}

/**
 * If a candidate before the first one with room is full only in this process, asks the other processes for a part of
 * its limit.
 */
function growFirst(
  { load }: Pick<Room, 'load'>,
  candidates: readonly Candidate[],
  tokensOf: ReadTokens,
): Promise<void> | undefined {
  for (const candidate of candidates) {
    const { deployment } = candidate;
    const full = load.full(deployment, tokensOf(candidate));
    if (!full) return undefined;
    if (full.mayGrow) return load.grow(deployment, full.limit);
  }
  return undefined;
}

/** Takes what is free by now, also at other processes. */
async function takeAgain(
  engine: Room,
  untried: UntriedCandidates,
  tokensOf: ReadTokens,
): Promise<Acquired | undefined> {
  for (;;) {
    // What time has made free is for the calls in line first.
    for (const { deployment } of untried.inOrder) engine.load.serveLine(deployment);
    const growing = growFirst(engine, untried.inOrder, tokensOf);
    if (!growing) return takeFirst(engine, untried, tokensOf);
    await growing;
  }
}

/**
 * Checks benches again: they may have changed since the candidates were ordered, when another call became a breaker's
 * probe.
 */
function takeFirst(engine: Room, untried: UntriedCandidates, tokensOf: ReadTokens): Acquired | undefined {
  const { load, health } = engine;
  const hasRoom = (one: Candidate) => !load.full(one.deployment, tokensOf(one));
  const candidates = untried.inOrder;
  const healthy = candidates.find((one) => !health.isBenched(one.deployment) && hasRoom(one));
  const candidate = healthy ?? candidates.find(hasRoom);
  if (!candidate) return undefined;
  untried.take(candidate);
  return withSlot(engine, candidate, load.take(candidate.deployment, tokensOf(candidate)));
}

function firstOf(engine: Room, untried: UntriedCandidates, tokensOf: ReadTokens): Acquired | undefined {
  const { load } = engine;
  const [candidate] = untried.inOrder;
  if (!candidate) return undefined;
  untried.take(candidate);
  const tokens = tokensOf(candidate);
  const full = load.full(candidate.deployment, tokens);
  return full
    ? { kind: 'full', candidate, full }
    : withSlot(engine, candidate, load.take(candidate.deployment, tokens));
}

function withSlot({ health }: Room, candidate: Candidate, slot: Slot): CandidateWithSlot {
  health.asking(candidate.deployment);
  return { kind: 'slot', candidate, slot };
}

async function waitForRoom(
  engine: Room,
  untried: UntriedCandidates,
  { tokensOf, signal, goesFirst, queueMs = engine.settings.balance.queueMs }: SlotRequest,
): Promise<Acquired | undefined> {
  const { load, now } = engine;
  const candidates = untried.inOrder;
  const until = now() + queueMs;
  for (;;) {
    const patience = until - now();
    const known = soonestKnown(engine, candidates, tokensOf);
    const queue = candidates.filter((one) => load.full(one.deployment, tokensOf(one))?.waitMs === undefined);
    if (signal.aborted || patience <= 0 || (queue.length === 0 && known > patience)) {
      return firstOf(engine, untried, tokensOf);
    }
    const places = queue.map((one) => ({ deployment: one.deployment, tokens: tokensOf(one) }));
    const given = await load.slotAt(places, { ms: Math.min(patience, known), signal, goesFirst });
    if (!given) {
      const found = await takeAgain(engine, untried, tokensOf);
      if (found) return found;
      if (soonest(engine, candidates, { tokensOf, goesFirst }) <= (until - now()) / 2) continue;
      return firstOf(engine, untried, tokensOf);
    }
    const candidate = candidates.find(({ deployment }) => deployment === given.deployment);
    if (!candidate) return undefined;
    untried.take(candidate);
    return withSlot(engine, candidate, given.slot);
  }
}

/** The shortest wait of those that are known in advance. */
function soonestKnown(
  { load }: Pick<Room, 'load'>,
  candidates: readonly Candidate[],
  tokensOf: ReadTokens,
): Ms {
  return minOf(candidates.map((one) => load.full(one.deployment, tokensOf(one))?.waitMs ?? Infinity));
}
