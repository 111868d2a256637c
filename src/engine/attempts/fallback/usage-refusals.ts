import type { Deployment } from '../../../core/deployment.ts';
import { rememberLatest } from '../../../core/memories/remember-latest.ts';
import type { Ms } from '../../../core/units.ts';

/** Deployments whose servers refuse to be asked for the usage of a stream, which is Conclave's own wish. */
export type UsageRefusals = {
  note(deployment: Deployment): void;
  has(deployment: Deployment): boolean;
};

/** A server may learn the setting while Conclave runs; until then, one request in an hour is refused. */
const believedMs: Ms = 3_600_000;
const maxRemembered = 10_000;

export function usageRefusals(now: () => Ms): UsageRefusals {
  const seen = new Map<string, Ms>();
  return {
    note: ({ id }) => rememberLatest(seen, id, now(), maxRemembered),
    has({ id }) {
      const at = seen.size === 0 ? undefined : seen.get(id);
      return at !== undefined && now() < at + believedMs;
    },
  };
}
