import type { Runner } from '../services.ts';
import type { DeploymentMemory } from '../deployments/deployment-memory.ts';
import type { Bookkeeping, Clock, Logging, Plugins } from '../services.ts';

/** What a cascade depends on: its questions are calls of their own. */
export type CascadeServices = Runner &
  Pick<Plugins, 'acceptance'> &
  Pick<DeploymentMemory, 'health'> &
  Pick<Bookkeeping, 'ledger'> &
  Logging &
  Clock;
