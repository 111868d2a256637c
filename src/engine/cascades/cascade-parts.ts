import type { Runner } from '../parts.ts';
import type { DeploymentMemory } from '../deployments/deployment-memory.ts';
import type { Bookkeeping, Clock, Logging, Plugins } from '../parts.ts';

/** What a cascade depends on: its questions are calls of their own. */
export type CascadeParts = Runner &
  Pick<Plugins, 'acceptance'> &
  Pick<DeploymentMemory, 'health'> &
  Pick<Bookkeeping, 'ledger'> &
  Logging &
  Clock;
