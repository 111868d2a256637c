import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { post } from '../support/gateway.ts';
import { endProcess, runGateway } from '../support/running-gateway.ts';
import { until } from '../support/until.ts';
import { chunk, chunkOf, streamEnd } from '../support/chat-replies.ts';

const streams = 5;
const adminKey = 'ck-admin-of-the-full-disk';
/** 100 input tokens at $1 a million, 250 output tokens at $2. */
const microdollarsEach = 600;

/** Simulates a full disk and its cleanup by a file size limit that another process sets and lifts. */
const skip = spawnSync('prlimit', ['--version']).status === 0 ? false : "needs util-linux's prlimit";

/** An OpenAI-compatible provider; its streams send a word and then wait for the test to continue. */
async function startHeldProvider(t: TestContext) {
  const held: ServerResponse[] = [];
  const server = createServer((request, response) => {
    request.resume();
    if (request.method !== 'POST') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk({ role: 'assistant', content: 'One' }));
    held.push(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, // it listens on TCP
    goOn() {
      for (const response of held.splice(0)) {
        response.write(chunk({}, 'stop'));
        response.write(chunkOf({ choices: [], usage: { prompt_tokens: 100, completion_tokens: 250 } }));
        response.end(streamEnd);
      }
    },
  };
}

test(
  'while the disk is full the gateway is not ready, and calls that were under way are booked exactly once it is not',
  { skip },
  async (t) => {
    const provider = await startHeldProvider(t);
    const home = await mkdtemp(join(tmpdir(), 'conclave-full-'));
    t.after(() => rm(home, { recursive: true }));
    const config = join(home, 'conclave.yaml');
    await writeFile(
      config,
      `providers: { lab: { dialect: openai-chat, baseUrl: "${provider.url}", apiKey: k } }
models: [{ id: lab/m, price: { input: 1, output: 2 } }]
`,
    );
    const gateway = await runGateway([], {
      CONCLAVE_HOME: home,
      CONCLAVE_CONFIG: config,
      CONCLAVE_ADMIN_KEY: adminKey,
    });
    t.after(() => endProcess(gateway.process, 'SIGKILL'));
    const asAdmin = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
    const made = await fetch(`${gateway.url}/admin/keys`, {
      method: 'POST',
      headers: asAdmin,
      body: JSON.stringify({ name: 'team', budgets: [{ window: 'total', limitUsd: 10 }] }),
    });
    const { key } = (await made.json()) as { key: string };
    const budget = async () => {
      const reply = await fetch(`${gateway.url}/admin/keys/team`, { headers: asAdmin });
      return ((await reply.json()) as { budgets: { spentUsd: number; reservedUsd: number }[] }).budgets[0];
    };
    const readiness = async () => (await fetch(`${gateway.url}/health/ready`)).status;
    const ask = () =>
      post({ ...gateway, key }, '/v1/chat/completions', {
        model: 'lab/m',
        stream: true,
        messages: [{ role: 'user', content: 'Count.' }],
      });
    const limitFiles = (bytes: number | 'unlimited') =>
      execFileSync('prlimit', [`--pid=${gateway.process.pid}`, `--fsize=${bytes}:`]);

    const open = await Promise.all(Array.from({ length: streams }, ask));
    assert.ok(((await budget())?.reservedUsd ?? 0) > 0, 'money is reserved for them');
    assert.equal(await readiness(), 200);

    limitFiles(statSync(join(home, 'conclave.db-wal')).size);
    provider.goOn();
    const refused = await ask();
    assert.equal(refused.status, 503);
    assert.match(await refused.text(), /The ledger could not be written/);
    assert.equal(await readiness(), 503, 'the gateway is not ready while every call would fail');
    const metrics = await fetch(`${gateway.url}/metrics`, { headers: asAdmin });
    const [, waiting] = /^conclave_calls_unwritten (\d+)$/m.exec(await metrics.text()) ?? [];
    assert.ok(Number(waiting) > 0, 'the number of pending writes is a metric');

    limitFiles('unlimited');
    const answers = await Promise.all(open.map((reply) => reply.text()));
    assert.deepEqual(
      answers.filter((text) => !text.endsWith(streamEnd)),
      [],
      'whoever was answered meanwhile got its whole answer, a little later',
    );
    await until(async () => (await readiness()) === 200, 'the gateway is ready again', { everyMs: 50 });
    const after = await budget();
    assert.equal(after?.reservedUsd, 0, 'no money stays reserved');
    assert.equal(after?.spentUsd, (streams * microdollarsEach) / 1_000_000);
  },
);
