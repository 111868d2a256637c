import type { Settlement, ThoughtMaker } from '../../core/stores/ledger.ts';
import type { SqlRunner, SqlStatement } from '../sql/sql-runner.ts';

/** Databases limit the number of values in one query. */
const proofsPerQuery = 500;

/** Returns the statements that record the encrypted thoughts of a call's answers; none for nearly every call. */
export function keepThoughts({ id, attempts }: Settlement): SqlStatement[] {
  const statements: SqlStatement[] = [];
  for (const { thoughts } of attempts) {
    for (const { proof, account, isPortable } of thoughts ?? []) {
      statements.push({
        sql: `INSERT INTO thoughts (proof, call_id, account, claudes) VALUES (?, ?, ?, ?) ON CONFLICT (proof)
          DO UPDATE SET call_id = excluded.call_id, account = excluded.account, claudes = excluded.claudes`,
        values: [proof, id, account, Number(isPortable)],
      });
    }
  }
  return statements;
}

export async function makersOf(
  sql: SqlRunner,
  proofs: readonly string[],
): Promise<Map<string, ThoughtMaker>> {
  const makers = new Map<string, ThoughtMaker>();
  for (let from = 0; from < proofs.length; from += proofsPerQuery) {
    const some = proofs.slice(from, from + proofsPerQuery);
    const rows = await sql.all({
      sql: `SELECT proof, account, claudes FROM thoughts WHERE proof IN (${some.map(() => '?').join(', ')})`,
      values: some,
    });
    for (const { proof, account, claudes } of rows)
      makers.set(String(proof), { account: String(account), isPortable: Number(claudes) === 1 });
  }
  return makers;
}
