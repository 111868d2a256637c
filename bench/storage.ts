import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { IntentRow, Settlement } from '../src/core/stores/ledger.ts';
import type { Store } from '../src/core/stores/stores.ts';
import { noUsage } from '../src/core/money/usage.ts';
import { openStore } from '../src/storage/open-store.ts';
import { readOptions } from '../scripts/read-options.ts';

/**
 * What the ledger costs a call: one open and one settle with one attempt, under a key with two budgets, at
 * several numbers of calls in flight.
 */
const { values } = readOptions(
  {
    options: {
      calls: { type: 'string', default: '20000' },
      /** A PostgreSQL database to measure instead of a new SQLite file. The bench's calls and keys stay in it. */
      postgres: { type: 'string' },
    },
  },
  'node bench/storage.ts [--calls 20000] [--postgres URL]',
);
const calls = Number(values.calls);
const run = Date.now().toString(36);
const folder = mkdtempSync(join(tmpdir(), 'conclave-bench-'));

try {
  await measure(1, Math.min(calls, 2_000)); // Warms up; its figures are printed to show what idle costs.
  for (const inFlight of [10, 50, 200]) await measure(inFlight, calls);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(inFlight: number, total: number): Promise<void> {
  const store = await openStore({ path: join(folder, `${inFlight}.db`), databaseUrl: values.postgres });
  const { id: keyId } = await store.keys.create(
    {
      name: 'bench',
      budgets: [
        { window: 'day', limitUsd: 1e6, unknownPrices: 'refuse' },
        { window: 'month', limitUsd: 1e6, unknownPrices: 'refuse' },
      ],
    },
    `${run}-${inFlight}`,
  );
  await pair(store, keyId, `${run}-${inFlight}-warm`);
  const waits: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (next < total) {
        const before = performance.now();
        await pair(store, keyId, `${run}-${inFlight}-${(next += 1).toString(36).padStart(10, '0')}`);
        waits.push(performance.now() - before);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  await store.close();
  waits.sort((a, b) => a - b);
  const at = (share: number) => (waits[Math.floor(waits.length * share)] ?? 0).toFixed(1);
  console.log(
    `${String(inFlight).padStart(4)} in flight: ${((user + system) / total).toFixed(1).padStart(6)} µs CPU a call, ` +
      `${Math.round(total / seconds)} calls/s, open + settle p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
      `event loop held up ${(delay.max / 1e6).toFixed(1)} ms at most, p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms`,
  );
}

async function pair({ ledger }: Store, keyId: string, id: string): Promise<void> {
  await ledger.open(intent(id, keyId), { unknownPrice: false });
  await ledger.settle(settlement(id));
}

function intent(id: string, keyId: string): IntentRow {
  return {
    id,
    traceId: id,
    startedAt: Date.now(),
    surface: 'http',
    task: 'chat',
    difficulty: 0.4,
    tags: ['team-a'],
    keyId,
    requestedModel: 'auto',
    stream: true,
    clientDialect: 'openai-chat',
    decision: {
      policy: 'tiered',
      reason: 'the cheapest capable model of the tier',
      ranked: [1, 2, 3, 4].map((at) => ({
        model: `anthropic/claude-sonnet-${at}`,
        deployment: `anthropic#${at}`,
        estimateNanoUsd: 123_456 * at,
      })),
      ruledOut: [],
    },
    reserved: 1_234_567n,
    inputEstimate: 234_567n,
    simulated: false,
  };
}

function settlement(id: string): Settlement {
  const usage = { ...noUsage, input: 1_200, output: 340, cacheRead: 800 };
  const model = 'anthropic/claude-sonnet-1';
  return {
    id,
    finishedAt: Date.now(),
    state: 'ok',
    model,
    provider: 'anthropic',
    tier: 'workhorse',
    providerDialect: 'anthropic-messages',
    usage,
    estimated: false,
    cost: 765_432n,
    frontierCost: 3_765_432n,
    firstByteMs: 321.5,
    finishReason: 'end_turn',
    warnings: [],
    attempts: [
      {
        model,
        provider: 'anthropic',
        deployment: 'anthropic#1',
        dialect: 'anthropic-messages',
        startedAt: Date.now(),
        firstByteMs: 321.5,
        durationMs: 1_234.5,
        status: 200,
        outcome: 'ok',
        usage,
        estimated: false,
        cost: 765_432n,
        simulated: false,
      },
    ],
    simulated: false,
  };
}
