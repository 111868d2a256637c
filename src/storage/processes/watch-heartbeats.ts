import type { Ms } from '../../core/units.ts';
import { hasEnded, type ProcessIdentity } from './process-identity.ts';

/** A process as the ledger shows it. */
export type RegisteredProcess = ProcessIdentity & {
  readonly id: bigint;
  /** By the database's clock; 0: it has said that it ends. */
  readonly heartbeatAt: Ms;
  /** How old the heartbeat is by that clock. */
  readonly ageMs: Ms;
};

export const heartbeatMs: Ms = 10_000;
/** No process blocks its event loop that long, and a late settlement would still be accepted. */
const mostMissed = 6;

type Watched = { readonly heartbeatAt: Ms; readonly missed: number };

/**
 * Returns what tells, at each heartbeat of this process, which of the others are gone: those that have said so, those
 * of this host that no longer run, and those whose heartbeat has not moved for as long as this process has made six.
 * Clocks differ and step, machines sleep and databases pause; none of that lets this process beat alone.
 */
export function watchHeartbeats(
  me: ProcessIdentity,
): (others: readonly RegisteredProcess[]) => RegisteredProcess[] {
  let watched: ReadonlyMap<bigint, Watched> = new Map();

  function missedBy({ id, host, heartbeatAt, ageMs }: RegisteredProcess): number {
    const before = watched.get(id);
    if (before) return before.heartbeatAt === heartbeatAt ? before.missed + 1 : 0;
    // At first sight there is only its age: a short command has no time to watch. What runs here shows by its pid.
    return host !== me.host && ageMs > mostMissed * heartbeatMs ? mostMissed : 0;
  }

  return (others) => {
    watched = new Map(
      others.map((other) => [other.id, { heartbeatAt: other.heartbeatAt, missed: missedBy(other) }]),
    );
    return others.filter(
      (other) =>
        other.heartbeatAt === 0 || hasEnded(other, me) || (watched.get(other.id)?.missed ?? 0) >= mostMissed,
    );
  };
}
