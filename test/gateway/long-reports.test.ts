import assert from 'node:assert/strict';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import type { CostReport } from '../../src/core/stores/ledger.ts';
import { post, type TestGateway } from '../support/gateway.ts';
import { perCall, whatIfGateway } from '../support/what-if-gateway.ts';

const callsOfEach = 100_000;
/** Generous: read on the event loop, even the quickest of these reports takes more than a second. */
const longestPauseMs = 600;

test('while a report reads a large ledger, probes, calls and streams are served, and its figures are exact', async (t) => {
  const { gateway, call, admin } = await whatIfGateway(t);
  await call('first/big', 1);
  await call('second/small', 1);
  growLedger(gateway.home);

  const { body } = await whileServing(t, gateway, () => admin('/admin/costs?by=model'));
  const { rows } = body as CostReport; // as the endpoint documents
  const exact = ['first/big', 'second/small'].map((model) => {
    const { calls, totalNanoUsd } = rows.find(({ name }) => name === model) ?? {};
    return { model, calls, totalNanoUsd };
  });
  assert.deepEqual(exact, [
    { model: 'first/big', calls: callsOfEach, totalNanoUsd: callsOfEach * perCall(10) },
    { model: 'second/small', calls: callsOfEach, totalNanoUsd: callsOfEach * perCall(0.3) },
  ]);
});

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
    return column.endsWith('_at') ? `${column} - number * ${spacingMs}` : column;
  });
  database.exec(`INSERT INTO calls (${columns.join(', ')})
    WITH RECURSIVE copies (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copies WHERE number < ${callsOfEach - 1})
    SELECT ${copied.join(', ')} FROM calls, copies`);
}

/** Makes a report while a client probes and streams, and checks that the event loop never stood still for long. */
async function whileServing<T>(t: TestContext, gateway: TestGateway, make: () => Promise<T>): Promise<T> {
  const pauses = monitorEventLoopDelay({ resolution: 5 });
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
    }
  }
  pauses.enable();
  const serving = serve();
  const startedAt = performance.now();
  const report = await make();
  const tookMs = performance.now() - startedAt;
  done.abort();
  await serving;
  pauses.disable();
  const longest = pauses.max / 1e6;
  t.diagnostic(`${tookMs.toFixed(0)} ms, longest pause ${longest.toFixed(0)} ms, ${streams} streams`);
  assert.ok(longest < longestPauseMs, `nothing was served for ${longest.toFixed(0)} ms`);
  return report;
}
