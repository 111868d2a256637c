import assert from 'node:assert/strict';
import type { TestGateway } from './gateway.ts';

type Row = NonNullable<Awaited<ReturnType<TestGateway['app']['ledger']['show']>>>;

/** The ledger's row of the call that this reply answers. */
export async function ledgerRow(
  { app }: Pick<TestGateway, 'app'>,
  { headers }: Pick<Response, 'headers'>,
): Promise<Row> {
  const id = headers.get('x-conclave-request-id') ?? assert.fail('the reply names no request');
  return (await app.ledger.show(id)) ?? assert.fail('a call leaves a row');
}

/** The ledger's row of the latest call. */
export async function lastRow({ app }: Pick<TestGateway, 'app'>): Promise<Row> {
  const [row] = await app.ledger.recent({ limit: 1 });
  return row ?? assert.fail('a call leaves a row');
}
