import type { RouterStore } from '../core/stores/router-store.ts';
import { callPartReader } from './call-parts.ts';
import { callReader } from './routed-call-rows.ts';
import { outcomeReader } from './routed-outcome-rows.ts';
import { openSnapshotStore } from './router-snapshot-rows.ts';
import type { SqlRunner } from './sql-runner.ts';

/** Opens the store of what the router learns and has learned; `warn` receives what is damaged in it. */
export function openRouterStore(sql: SqlRunner, warn: (message: string) => void): RouterStore {
  const readPart = callPartReader(warn);
  return {
    outcomes: outcomeReader(sql, readPart),
    calls: callReader(sql, readPart),
    ...openSnapshotStore(sql),
  };
}
