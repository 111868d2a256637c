import type { DialectId } from '../../core/wire/content.ts';
import type { Deployment } from '../../core/provider.ts';
import type { Ms } from '../../core/units.ts';

/** Dialects that a deployment was said to speak, and whose paths its server does not know. */
export type MissingEndpoints = {
  note(deployment: Deployment, dialect: DialectId): void;
  of(deployment: Deployment): DialectId[];
};

/** A server may learn a dialect while Conclave runs. */
const believedMs: Ms = 600_000;

/** Remembered by address, whose number the configuration bounds. */
export function missingEndpoints(now: () => Ms): MissingEndpoints {
  const seen = new Map<string, Ms>();
  const addressOf = ({ endpoints }: Deployment, dialect: DialectId) =>
    `${dialect} ${endpoints.find((endpoint) => endpoint.dialect === dialect)?.baseUrl}`;
  return {
    note(deployment, dialect) {
      seen.set(addressOf(deployment, dialect), now());
    },
    of(deployment) {
      if (seen.size === 0) return [];
      const dialects = deployment.endpoints.map(({ dialect }) => dialect);
      return dialects.filter((dialect) => {
        const at = seen.get(addressOf(deployment, dialect));
        return at !== undefined && now() < at + believedMs;
      });
    },
  };
}
