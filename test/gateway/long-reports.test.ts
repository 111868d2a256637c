import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CostReport } from '../../src/core/stores/ledger.ts';
import { post, type TestGateway } from '../support/gateway.ts';
import { watchLongestWork } from '../support/longest-work.ts';
import { perCall, whatIfGateway } from '../support/what-if-gateway.ts';

const callsOfEach = 100_000;
const keyCount = 8_000;
/** As many different lists of tags, which all have one tag in common. */
const sessionCount = 20_000;
/** Generous: made in one piece on the event loop, even the quickest of these reports takes a second. */
const longestWorkMs = 400;

test('while reports read a large ledger, probes, calls and streams are served, and the figures are exact', async (t) => {
  const { gateway, call, admin } = await whatIfGateway(t);
  await call('first/big', 1);
  await call('second/small', 1);
  growLedger(gateway.home);

  const report = (name: string) => whileServing(t, { name, gateway, make: () => admin(name) });

  const { body } = await report('/admin/costs?by=model');
  const { rows } = body as CostReport; // as the endpoint documents
  const exact = ['first/big', 'second/small'].map((model) => {
    const { calls, totalNanoUsd } = rows.find(({ name }) => name === model) ?? {};
    return { model, calls, totalNanoUsd };
  });
  assert.deepEqual(exact, [
    { model: 'first/big', calls: callsOfEach, totalNanoUsd: callsOfEach * perCall(10) },
    { model: 'second/small', calls: callsOfEach, totalNanoUsd: callsOfEach * perCall(0.3) },
  ]);

  const { rows: byTag } = (await report('/admin/costs?by=tag')).body as CostReport; // as the endpoint documents
  const common = byTag.find(({ name }) => name === 'prod');
  assert.deepEqual([common?.calls, byTag.length], [2 * (callsOfEach - 1), sessionCount + 2]);

  const page = async (key: string) => {
    const reply = await fetch(`${gateway.url}/overview.json`, {
      headers: { authorization: `Bearer ${key}` },
    });
    return (await reply.json()) as { costs: CostReport; keys: { calls: number }[] }; // as the page reads it
  };
  const pages = await whileServing(t, {
    name: 'ten pages',
    gateway,
    make: () =>
      Promise.all(Array.from({ length: 10 }, (_, at) => page(at < 5 ? gateway.key : gateway.adminKey))),
  });
  assert.ok(pages.every(({ keys }) => (keys[0]?.calls ?? 0) >= 2 * callsOfEach));
  const madeAt = (key: string) => page(key).then(({ costs }) => costs.since);
  assert.deepEqual(
    [...new Set(pages.map(({ costs }) => costs.since))],
    [await madeAt(gateway.key), await madeAt(gateway.adminKey)],
    'the pages of a key share one overview, also with the next page',
  );

  for (const name of ['/admin/replay?mode=economy', '/admin/advise']) await report(name);
});

test('calls and probes are served while thousands of keys with budgets are listed', async (t) => {
  const { gateway, call, admin } = await whatIfGateway(t);
  await call('first/small', 1);
  addKeys(gateway.home);
  const names = ['/admin/keys', '/overview.json'];
  for (const name of names) {
    const { body } = await whileServing(t, { name, gateway, make: () => admin(name) });
    const { keys } = body as { keys: { name: string; budgets: { spentUsd: number }[] }[] }; // as documented
    const team = keys.find((key) => key.name.startsWith('team-'));
    assert.deepEqual(
      team?.budgets.map(({ spentUsd }) => spentUsd),
      [1, 2, 3],
    );
  }
});

/** Adds keys with three budgets each, of which a part is spent. */
function addKeys(home: string): void {
  using database = new DatabaseSync(join(home, 'conclave.db'), { timeout: 5_000 });
  const windows = ['month', 'day', 'total'].map((name, at) => `SELECT '${name}' AS name, ${at} AS at`);
  const now = new Date();
  const starts = `CASE name WHEN 'total' THEN 0 WHEN 'day' THEN ${now.setUTCHours(0, 0, 0, 0)} ELSE ${now.setUTCDate(1)} END`;
  database.exec(`
    CREATE TEMP TABLE numbers AS WITH RECURSIVE numbers (number) AS
      (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ${keyCount}) SELECT number FROM numbers;
    CREATE TEMP TABLE windows AS ${windows.join(' UNION ALL ')};
    INSERT INTO virtual_keys (id, hash, name, created_at)
      SELECT 'id-' || number, 'hash-' || number, 'team-' || number, 0 FROM numbers;
    INSERT INTO budgets (key_id, position, period, max_nano, hard)
      SELECT 'id-' || number, at, name, 10000000000, 1 FROM numbers, windows;
    INSERT INTO spending (key_id, period, period_start, simulated, spent, reserved)
      SELECT 'id-' || number, name, ${starts}, 0, (at + 1) * 1000000000, 0 FROM numbers, windows`);
}

/** Copies every call, spread over the month before it. */
function growLedger(home: string): void {
  using database = new DatabaseSync(join(home, 'conclave.db'), { timeout: 5_000 });
  const columns = database
    .prepare('PRAGMA table_info(calls)')
    .all()
    .map(({ name }) => String(name));
  const spacingMs = Math.floor((29 * 86_400_000) / callsOfEach);
  const copied = columns.map((column) => {
    if (column === 'id') return "printf('copy-%06d-', number) || calls.id";
    if (column === 'tags') return `json_array('prod', 'session-' || (number % ${sessionCount}))`;
    return column.endsWith('_at') ? `${column} - number * ${spacingMs}` : column;
  });
  database.exec(`INSERT INTO calls (${columns.join(', ')})
    WITH RECURSIVE copies (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copies WHERE number < ${callsOfEach - 1})
    SELECT ${copied.join(', ')} FROM calls, copies`);
}

/** Makes a report while a client probes and streams, and checks that the event loop never stood still for long. */
async function whileServing<T>(
  t: TestContext,
  {
    name,
    gateway,
    make,
  }: { readonly name: string; readonly gateway: TestGateway; readonly make: () => Promise<T> },
): Promise<T> {
  const done = new AbortController();
  let streams = 0;
  async function serve() {
    while (!done.signal.aborted) {
      const probe = await fetch(`${gateway.url}/health/live`);
      assert.equal(await probe.text(), '{"status":"ok"}');
      const messages = [{ role: 'user', content: `Go on for the ${streams}th time.` }];
      const reply = await post(gateway, '/v1/chat/completions', {
        model: 'first/small',
        stream: true,
        messages,
      });
      assert.match(await reply.text(), /\[DONE\]\s*$/);
      streams += 1;
      await sleep(20);
    }
  }
  const longestWork = watchLongestWork();
  const serving = serve();
  const startedAt = performance.now();
  const report = await make();
  const tookMs = performance.now() - startedAt;
  done.abort();
  await serving;
  const workMs = longestWork();
  t.diagnostic(
    `${name}: ${tookMs.toFixed(0)} ms, at most ${workMs.toFixed(0)} ms at once, ${streams} streams`,
  );
  assert.ok(
    workMs < longestWorkMs,
    `${name}: the event loop served nothing else during ${workMs.toFixed(0)} ms of work`,
  );
  return report;
}
