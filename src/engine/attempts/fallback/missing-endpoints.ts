import type { DialectId } from '../../../core/wire/content.ts';
import type { Deployment } from '../../../core/deployment.ts';
import type { Ms } from '../../../core/units.ts';

/** Dialects that a deployment is configured with but whose paths its server does not know. */
export type MissingEndpoints = {
  /** Notes that a request was answered as if the path did not exist. Ignored for a path that has answered recently. */
  note(deployment: Deployment, dialect: DialectId): void;
  /** Notes that a request was answered properly. */
  answered(deployment: Deployment, dialect: DialectId): void;
  of(deployment: Deployment): DialectId[];
};

/** A server may gain or lose a dialect while Conclave runs. */
const believedMs: Ms = 600_000;

/** Creates the memory, keyed by address; the configuration bounds the number of addresses. */
export function missingEndpoints(now: () => Ms): MissingEndpoints {
  const seen = new Map<string, Ms>();
  const answers = new Map<string, Ms>();
  const isRecent = (at: Ms | undefined) => at !== undefined && now() < at + believedMs;
  const addressOf = ({ endpoints }: Deployment, dialect: DialectId) =>
    `${dialect} ${endpoints.find((endpoint) => endpoint.dialect === dialect)?.baseUrl}`;
  return {
    note(deployment, dialect) {
      const address = addressOf(deployment, dialect);
      // A proxy answers like this during a rollout, and some servers do so for a single request.
      if (!isRecent(answers.get(address))) seen.set(address, now());
    },
    answered(deployment, dialect) {
      if (deployment.endpoints.length > 1) answers.set(addressOf(deployment, dialect), now());
    },
    of(deployment) {
      if (seen.size === 0) return [];
      const dialects = deployment.endpoints.map(({ dialect }) => dialect);
      return dialects.filter((dialect) => isRecent(seen.get(addressOf(deployment, dialect))));
    },
  };
}
