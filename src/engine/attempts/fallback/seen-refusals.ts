import type { Deployment } from '../../../core/deployment.ts';
import { rememberLatest } from '../../../core/memories/remember-latest.ts';
import type { Ms } from '../../../core/units.ts';
import { dispensables, type Dispensable } from '../request/dispensable.ts';

/** What deployments have refused in requests, and did without. */
export type SeenRefusals = {
  note(deployment: Deployment, refused: Dispensable): void;
  of(deployment: Deployment): ReadonlySet<Dispensable>;
};

/** A server may change while Conclave runs; until then, one request in an hour is refused. */
const believedMs: Ms = 3_600_000;
const maxRemembered = 10_000;
const nothing: ReadonlySet<Dispensable> = new Set();

export function seenRefusals(now: () => Ms): SeenRefusals {
  const seen = new Map<string, Ms>();
  const keyOf = ({ id }: Deployment, refused: Dispensable) => `${refused} ${id}`;
  return {
    note: (deployment, refused) => rememberLatest(seen, keyOf(deployment, refused), now(), maxRemembered),
    of(deployment) {
      if (seen.size === 0) return nothing;
      const isBelieved = (at: Ms | undefined) => at !== undefined && now() < at + believedMs;
      return new Set(dispensables.filter((refused) => isBelieved(seen.get(keyOf(deployment, refused)))));
    },
  };
}
