import type { Candidate } from '../../../core/deployment.ts';
import type { Ms, Tokens } from '../../../core/units.ts';
import { acquireSlotAt, type Room, type SlotRequest } from './acquire-slot.ts';
import { noCapacity } from './no-capacity.ts';
import type { Slot } from './slot.ts';

/** Slots for the further requests of a call that is sent as several. */
export type FurtherSlots = {
  /** Whether a request of this size can be sent now. */
  hasRoom(tokens: Tokens): boolean;
  /** Waits for a slot. @throws ConclaveError `rate_limited` if none will come in time. */
  take(tokens: Tokens): Promise<Slot>;
};

/** The call has been accepted, so its further requests go before new calls and wait for as long as the call may take. */
export function furtherSlots(
  engine: Room,
  candidate: Candidate,
  { signal, leftMs }: Pick<SlotRequest, 'signal'> & { leftMs(): Ms },
): FurtherSlots {
  const { deployment } = candidate;
  return {
    hasRoom: (tokens) => engine.load.full(deployment, tokens) === undefined,
    async take(tokens) {
      const wish = { tokensOf: () => tokens, signal, goesFirst: true, queueMs: leftMs() };
      const given = await acquireSlotAt(engine, candidate, wish);
      if (given.kind === 'full') throw noCapacity(engine.load, deployment, given.full, tokens);
      return given.slot;
    },
  };
}
