import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { intent, settlement } from '../../../test/support/ledger-samples.ts';
import {
  createPostgresSchema,
  dropPostgresSchema,
  postgresUnavailable,
} from '../../../test/support/postgres-cluster.ts';
import { until } from '../../../test/support/until.ts';
import { ConclaveError } from '../../core/errors.ts';
import { migrations } from '../migrations/index.ts';
import { openPostgresStore } from './open-postgres-store.ts';

const known = { unknownPrice: false };

/** A separate database for each test, and a connection besides the store's. */
function withDatabase(body: (url: string, beside: Client) => Promise<void>) {
  return async (t: TestContext): Promise<void> => {
    if (postgresUnavailable !== undefined) return t.skip(postgresUnavailable);
    const url = await createPostgresSchema();
    const beside = new Client({ connectionString: url });
    await beside.connect();
    try {
      await body(url, beside);
    } finally {
      await beside.end();
      await dropPostgresSchema(url);
    }
  };
}

test('names an unreachable server with the remedy and without the password', async () => {
  const url = 'postgres://me:sesame@127.0.0.1:1/books?password=sesame';
  await assert.rejects(openPostgresStore({ url }), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'configuration');
    assert.match(
      error.message,
      /^Cannot use the database postgres:\/\/127\.0\.0\.1:1\/books: .*ECONNREFUSED/,
    );
    assert.match(error.message, /CONCLAVE_DATABASE_URL/);
    assert.doesNotMatch(error.message, /sesame|\n/);
    return true;
  });
});

test(
  'refuses a database of a newer Conclave and leaves it unchanged',
  withDatabase(async (url, beside) => {
    await (await openPostgresStore({ url })).close();
    await beside.query("INSERT INTO schema_versions VALUES (999, 'from the future', 0)");
    await assert.rejects(openPostgresStore({ url }), {
      code: 'configuration',
      message: /schema version 999, this Conclave knows versions up to \d+\. Install the newer Conclave/,
    });
    const { rows } = await beside.query('SELECT version FROM schema_versions ORDER BY version');
    assert.deepEqual(
      rows.map(({ version }) => Number(version)),
      [...migrations.map(({ version }) => version), 999],
    );
  }),
);

test(
  'writes a settlement once, on the next connection, if its connection is cut',
  withDatabase(async (url, beside) => {
    const store = await openPostgresStore({ url });
    const { id: keyId } = await store.keys.create(
      { name: 'k', budgets: [{ window: 'total', limitUsd: 1, unknownPrices: 'refuse' }] },
      'hash',
    );
    await store.ledger.open(intent({ id: 'a', keyId, reserved: 500n }), known);
    await beside.query('BEGIN');
    await beside.query('SELECT 1 FROM calls FOR UPDATE');
    const settled = store.ledger.settle(settlement('a', { cost: 200n }));
    await waitingConnection(beside);
    await beside.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'conclave'",
    );
    await beside.query('COMMIT');
    await settled;
    const [budget] = await store.keys.budgets(keyId, Date.now());
    assert.equal(budget?.spent, 200n);
    assert.equal(budget?.reserved, 0n);
    assert.equal((await store.ledger.attempts('a')).length, 1);
    await store.close();
  }),
);

test(
  'fails an intent as a storage failure, or writes it once, if its connection is cut',
  withDatabase(async (url, beside) => {
    const store = await openPostgresStore({ url });
    const { id: keyId } = await store.keys.create(
      { name: 'k', budgets: [{ window: 'total', limitUsd: 1, unknownPrices: 'refuse' }] },
      'hash',
    );
    await store.ledger.open(intent({ id: 'a', keyId, reserved: 100n }), known);
    await beside.query('BEGIN');
    await beside.query('SELECT 1 FROM virtual_keys FOR UPDATE');
    const opened = store.ledger.open(intent({ id: 'b', keyId, reserved: 100n }), known).then(
      ({ ok }) => (ok ? 'open' : 'refused'),
      (error: { code: string }) => error.code,
    );
    await waitingConnection(beside);
    await beside.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'conclave'",
    );
    await beside.query('COMMIT');
    const row = await opened.then(() => store.ledger.show('b'));
    const [budget] = await store.keys.budgets(keyId, Date.now());
    assert.ok(['open', 'storage'].includes(await opened));
    assert.equal(row !== undefined, (await opened) === 'open');
    assert.equal(budget?.reserved, row ? 200n : 100n);
    await store.close();
  }),
);

test(
  'fails pings and keeps settlements while the server is read-only, as a standby after a failover',
  withDatabase(async (url, beside) => {
    const store = await openPostgresStore({ url });
    const { id: keyId } = await store.keys.create(
      { name: 'k', budgets: [{ window: 'total', limitUsd: 1, unknownPrices: 'refuse' }] },
      'hash',
    );
    await store.ledger.open(intent({ id: 'a', keyId, reserved: 500n }), known);
    await becomes(beside, 'on');
    const settled = store.ledger.settle(settlement('a', { cost: 200n }));
    try {
      // Before that a query may fail just because the change has cut its connection.
      await until(() => store.unwritten() === 1, 'the settlement waits');
      await assert.rejects(store.ping(), { code: 'storage' });
    } finally {
      await becomes(beside, 'off');
    }
    await settled;
    await store.ping();
    const [budget] = await store.keys.budgets(keyId, Date.now());
    assert.deepEqual([budget?.spent, budget?.reserved], [200n, 0n]);
    await store.close();
  }),
);

test(
  'is not ready if it was opened while the server is read-only, until that is over, though nothing else is written',
  withDatabase(async (url, beside) => {
    await (await openPostgresStore({ url })).close();
    await becomes(beside, 'on');
    const store = await openPostgresStore({ url });
    try {
      await assert.rejects(store.ping(), { code: 'storage' });
      await assert.rejects(store.ping(), { code: 'storage' });
    } finally {
      await becomes(beside, 'off');
    }
    await until(
      () =>
        store.ping().then(
          () => true,
          () => false,
        ),
      'the store to be ready',
    );
    await store.close();
  }),
);

test(
  'writes again as soon as new connections can, although the open ones stay read-only',
  withDatabase(async (url, beside) => {
    const store = await openPostgresStore({ url });
    const { id: keyId } = await store.keys.create({ name: 'k', budgets: [] }, 'hash');
    const reads = () => Promise.all(Array.from({ length: 8 }, () => store.keys.find('hash')));
    await becomes(beside, 'on');
    try {
      const refused = async () => {
        const opened = store.ledger.open(intent({ id: 'a', keyId }), known);
        return opened.then(
          () => false,
          (error: unknown) =>
            error instanceof ConclaveError && error.toOperator.includes('read-only transaction'),
        );
      };
      await until(refused, 'writes are refused');
      await reads();
    } finally {
      await setForNewConnections(beside, 'off');
    }
    await reads();
    await store.ledger.open(intent({ id: 'b', keyId }), known);
    await store.ledger.settle(settlement('b', { cost: 1n }));
    await store.ping();
    await store.close();
  }),
);

test(
  'replaces characters that PostgreSQL cannot store in text, and keeps them in bodies',
  withDatabase(async (url) => {
    const store = await openPostgresStore({ url });
    await store.ledger.open(intent({ id: 'a', requestedModel: 'a\0b', tags: ['t\0'] }), known);
    const bodies = { request: 'nul \0 here', reply: '' };
    await store.ledger.settle(settlement('a', { errorMessage: 'half a pair: \ud83d', bodies }));
    const row = await store.ledger.show('a');
    assert.equal(row?.requestedModel, 'a\uFFFDb');
    assert.deepEqual(row?.tags, ['t\0']);
    assert.equal(row?.errorMessage, 'half a pair: \uFFFD');
    assert.deepEqual(row?.bodies, bodies);
    await store.close();
  }),
);

/** Makes the whole server read-only like a standby, or writable again, for new connections. */
async function becomes(beside: Client, readOnly: 'on' | 'off'): Promise<void> {
  await setForNewConnections(beside, readOnly);
  await beside.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'conclave'",
  );
}

async function setForNewConnections(beside: Client, readOnly: 'on' | 'off'): Promise<void> {
  await beside.query(`ALTER DATABASE postgres SET default_transaction_read_only = ${readOnly}`);
}

/** Resolves once a connection of the store waits for a lock. */
async function waitingConnection(beside: Client): Promise<void> {
  for (;;) {
    const { rows } = await beside.query(
      "SELECT 1 FROM pg_stat_activity WHERE application_name = 'conclave' AND wait_event_type = 'Lock'",
    );
    if (rows.length > 0) return;
  }
}

test(
  'calls do not wait for reports, however many are being made',
  withDatabase(async (url, beside) => {
    const store = await openPostgresStore({ url });
    try {
      const earlier = intent();
      await store.ledger.open(earlier, known);
      await store.ledger.settle(settlement(earlier.id));
      // Reports read this table, and no call does before it ends.
      await beside.query('BEGIN; LOCK TABLE outcomes');
      const reports = Array.from({ length: 8 }, () => store.ledger.recent({ limit: 1 }));
      await sleep(500);
      const opened = store.ledger.open(intent(), known).then(({ ok }) => ok);
      assert.equal(await Promise.race([opened, sleep(4_000)]), true);
      await beside.query('COMMIT');
      assert.equal((await Promise.all(reports)).length, 8);
    } finally {
      await beside.query('ROLLBACK');
      await store.close();
    }
  }),
);

test(
  'calls wait for a connection that is in use while the server has no further one to give',
  withDatabase(async (url, beside) => {
    const { rows } = await beside.query('SELECT current_schema() AS name');
    const schema = String(rows[0]?.name);
    const role = `${schema}_crowded`;
    await beside.query(
      `CREATE ROLE ${role} LOGIN CONNECTION LIMIT 2; GRANT ALL ON SCHEMA ${schema} TO ${role}`,
    );
    const crowded = new URL(url);
    crowded.username = role;
    const store = await openPostgresStore({ url: crowded.href });
    try {
      for (let round = 0; round < 5; round += 1) {
        const works = Array.from({ length: 30 }, async () => {
          await store.keys.find('hash');
          return store.ledger.open(intent(), known);
        });
        const ended = await Promise.allSettled(works);
        assert.deepEqual([...new Set(ended.map(({ status }) => status))], ['fulfilled']);
      }
      assert.equal((await store.ledger.recent({ limit: 200 })).length, 150);
    } finally {
      await store.close();
      await beside.query(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`);
    }
  }),
);

test(
  'two keys of one name that are written at the same moment do not both get it',
  withDatabase(async (url, beside) => {
    const stores = [await openPostgresStore({ url }), await openPostgresStore({ url })];
    const budgets = [{ window: 'day' as const, limitUsd: 1, unknownPrices: 'refuse' as const }];
    // Holds every writer between its key and the check of the name.
    await beside.query('BEGIN; LOCK TABLE budgets IN EXCLUSIVE MODE');
    const made = Promise.allSettled(
      stores.map((store, at) => store.keys.create({ name: 'ci', budgets }, `hash-${at}`)),
    );
    await until(async () => {
      const { rows } = await beside.query('SELECT count(*) FROM pg_locks WHERE NOT granted');
      return Number(rows[0]?.count) === 2;
    }, 'both writers to wait');
    await beside.query('COMMIT');
    const refused = (await made).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    assert.deepEqual(
      refused.map(({ status }) => status),
      [409],
    );
    assert.equal((await stores[0]?.keys.list())?.length, 1);
    for (const store of stores) await store.close();
  }),
);
