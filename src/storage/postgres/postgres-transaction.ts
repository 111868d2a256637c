import type { PoolClient, QueryResult } from 'pg';
import type { Ms } from '../../core/units.ts';
import type { SqlRow } from '../sql/sql-runner.ts';

/** A transaction under way. */
export type PostgresTransaction = {
  /**
   * Sends a statement at once, behind those before it, without waiting for their answers: what is sent together costs
   * one round trip. Need not be awaited: if a statement fails, the server carries out none of those behind it, and
   * nothing is committed.
   */
  send(sql: string, values?: readonly unknown[]): Promise<QueryResult<SqlRow>>;
};

type OpenTransaction = PostgresTransaction & {
  /** @throws the error of the first statement that failed: then nothing was written. */
  commit(): Promise<void>;
  rollback(): Promise<unknown>;
  /** The error of the first statement that failed; those behind it only say that the transaction was aborted. */
  failure(): unknown;
};

/**
 * Begins a transaction. The server gives up on it when nothing arrives for `withinMs`: the locks of a machine that
 * vanishes are free as soon as it would have given up itself.
 */
export function openTransaction(client: PoolClient, withinMs: Ms): OpenTransaction {
  const sent: Promise<unknown>[] = [];
  let failure: unknown;

  function send(sql: string, values?: readonly unknown[]): Promise<QueryResult<SqlRow>> {
    const answer = client.query<SqlRow>(sql, values && [...values]);
    sent.push(answer);
    answer.catch((error: unknown) => (failure ??= error));
    return answer;
  }

  void send(`BEGIN; SET LOCAL idle_in_transaction_session_timeout = ${Math.ceil(withinMs)}`);
  return {
    send,
    async commit() {
      // After a failed statement this does not commit: the server then answers it with a rollback.
      void send('COMMIT');
      await Promise.all(sent);
    },
    rollback: () => client.query('ROLLBACK'),
    failure: () => failure,
  };
}
