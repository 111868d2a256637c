import type { RouterStore } from '../../core/stores/router-store.ts';
import { callPartReader } from './call-part-reader.ts';
import { callReader } from './routed-calls.ts';
import { outcomeReader } from './routed-outcomes.ts';
import { openSnapshotStore } from './open-snapshot-store.ts';
import type { SqlRunner } from '../sql/sql-runner.ts';

/** Opens the store of what the router learns and has learned; `warn` receives what is damaged in it. */
export function openRouterStore(sql: SqlRunner, warn: (message: string) => void): RouterStore {
  const readPart = callPartReader(warn);
  return {
    outcomes: outcomeReader(sql, readPart),
    calls: callReader(sql, readPart),
    ...openSnapshotStore(sql),
  };
}
