import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { createApp } from '../../src/app.ts';
import { startSimulator } from '../../src/simulator/server.ts';
import { silence, startAnsweringProvider } from '../providers/answering-provider.ts';
import { cascadeConfig, costOf, question, says } from '../support/cascade-gateway.ts';
import { post } from '../support/gateway.ts';
import { endProcess, runGateway } from '../support/running-gateway.ts';
import { until } from '../support/until.ts';

test('kill -9 during 200 concurrent calls loses no acknowledged row, and open calls become interrupted', async (t) => {
  const simulator = await startSimulator({ latency: 'none' });
  const home = await mkdtemp(join(tmpdir(), 'conclave-kill-'));
  t.after(async () => {
    await simulator.close();
    await rm(home, { recursive: true });
  });
  const config = join(home, 'conclave.yaml');
  await writeFile(config, `providers: { anthropic: { baseUrl: "${simulator.url}/anthropic", apiKey: k } }\n`);
  const env = { CONCLAVE_HOME: home, CONCLAVE_CONFIG: config };
  const gateway = await runGateway([], env);
  t.after(() => endProcess(gateway.process, 'SIGKILL'));

  const acknowledged: string[] = [];
  const stop = new AbortController();
  // Half of the callers are answered at once; the other half wait for a stalled provider.
  const callers = Array.from({ length: 200 }, async (_, i) => {
    const model = i % 2 === 0 ? 'anthropic/claude-haiku-4-5' : 'anthropic/claude-haiku-4-5!fault=stall';
    const body = {
      model,
      max_tokens: 50,
      stream: i % 4 < 2,
      messages: [{ role: 'user', content: `Hello ${i}` }],
    };
    while (!stop.signal.aborted) {
      // After the kill there is no gateway; calls not answered by then were not acknowledged.
      const reply = await post(gateway, '/v1/messages', body).catch(() => undefined);
      const text = await reply?.text().catch(() => '');
      if (!reply || text === undefined) return;
      const whole = reply.ok && (body.stream ? text.includes('message_stop') : text.endsWith('}'));
      if (whole) acknowledged.push(reply.headers.get('x-conclave-request-id') ?? '');
    }
  });
  await until(
    () => acknowledged.length >= 300,
    () => `300 answers, not ${acknowledged.length}`,
  );
  stop.abort();
  await endProcess(gateway.process, 'SIGKILL');
  await Promise.all(callers);

  const before = new DatabaseSync(join(home, 'conclave.db'), { readOnly: true });
  assert.deepEqual({ ...before.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  before.close();

  const app = await createApp({ env, cwd: home, configPath: config });
  try {
    const rows = new Map((await app.ledger.recent({ limit: 10_000 })).map((row) => [row.id, row]));
    const missing = acknowledged.filter((id) => rows.get(id)?.state !== 'ok');
    assert.deepEqual(missing, []);
    const states = Map.groupBy(rows.values(), ({ state }) => state);
    assert.equal(states.get('running'), undefined);
    assert.ok((states.get('interrupted')?.length ?? 0) >= 50, 'the stalled calls were under way');
    const { reserved } = (await app.keys.budgets({ id: (await app.keys.localPrincipal()).keyId }))[0] ?? {};
    assert.equal(reserved, 0n, 'no money stays reserved for interrupted calls');
  } finally {
    await app.close();
  }
});

test('kill -9 during a cascade books each step once: its own row, which asks no provider, costs nothing', async (t) => {
  const lab = await startAnsweringProvider(t, says({ 'small-a': '#### 41', 'small-b': silence }));
  const home = await mkdtemp(join(tmpdir(), 'conclave-kill-'));
  t.after(() => rm(home, { recursive: true }));
  const configPath = join(home, 'conclave.yaml');
  await writeFile(configPath, JSON.stringify(cascadeConfig(lab.url)));
  const env = { CONCLAVE_HOME: home, CONCLAVE_CONFIG: configPath };
  const gateway = await runGateway([], env);
  t.after(() => endProcess(gateway.process, 'SIGKILL'));
  const caller = post(gateway, '/v1/chat/completions', question()).catch(() => undefined);
  await until(() => lab.asked.length === 2, 'the second step');
  await endProcess(gateway.process, 'SIGKILL');
  await caller;

  const app = await createApp({ env, cwd: home, configPath });
  t.after(() => app.close());
  const rows = await app.ledger.recent({ limit: 10 });
  const whole = rows.find(({ parentId }) => parentId === undefined);
  assert.deepEqual([whole?.state, whole?.cost], ['interrupted', 0n]);
  const [first, second, ...others] = await app.ledger.children(whole?.id ?? '');
  assert.deepEqual([first?.state, first?.cost], ['ok', BigInt(costOf(0.1))]);
  assert.equal(second?.state, 'interrupted');
  assert.ok(second?.cost, 'the prompt of the step that was cut is booked by estimate');
  assert.deepEqual(others, []);
  const [standing] = await app.keys.budgets({ id: (await app.keys.localPrincipal()).keyId });
  assert.deepEqual([standing?.spent, standing?.reserved], [BigInt(costOf(0.1)) + second.cost, 0n]);
});
