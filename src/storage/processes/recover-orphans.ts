import type { Ms } from '../../core/units.ts';
import type { Commit } from '../books/books.ts';
import { interruptWork } from '../books/ledger-work.ts';
import type { ProcessRegistry } from './process-registry.ts';
import type { SqlRunner } from '../sql/sql-runner.ts';

/** The number of a dead process's calls to end per transaction. */
const orphansPerCommit = 50;

type Services = {
  readonly sql: SqlRunner;
  readonly commit: Commit;
  readonly registry: ProcessRegistry;
  readonly now: () => Ms;
};

/** Ends the calls of processes that are gone, and returns how many. */
export async function recoverOrphans({ sql, commit, registry, now }: Services): Promise<number> {
  let ended = 0;
  for (const owner of await registry.dead()) {
    for (let ids = await orphansOf(sql, owner); ids.length > 0; ids = await orphansOf(sql, owner)) {
      ended += await commit(interruptWork(ids, now()));
    }
    await registry.forget(owner);
  }
  return ended;
}

async function orphansOf(sql: SqlRunner, owner: bigint): Promise<string[]> {
  const rows = await sql.all({
    sql: "SELECT id FROM calls WHERE owner = ? AND state = 'running' ORDER BY id LIMIT ?",
    values: [owner, orphansPerCommit],
  });
  return rows.map((row) => String(row['id']));
}
