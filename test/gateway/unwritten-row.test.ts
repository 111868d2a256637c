import assert from 'node:assert/strict';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { completion, streamOf } from '../support/chat-replies.ts';
import { post } from '../support/gateway.ts';
import { readText, startLocalServer } from '../support/local-server.ts';
import { endProcess, runGateway } from '../support/running-gateway.ts';
import { until } from '../support/until.ts';

const adminKey = 'ck-admin-of-the-lost-file';

/** A gateway whose provider answers once the ledger's file is gone and that has been noticed. */
async function gatewayWithoutLedger(t: TestContext, calls: number) {
  const home = await mkdtemp(join(tmpdir(), 'conclave-unwritten-'));
  t.after(() => rm(home, { recursive: true }));
  const file = join(home, 'conclave.db');
  let asked = 0;
  const provider = await startLocalServer(t, async (request, response) => {
    const { stream } = JSON.parse(await readText(request)) as { stream?: boolean };
    asked += 1;
    if (asked === calls) renameSync(file, `${file}.away`);
    await until(() => asked >= calls, 'all calls to be open');
    await sleep(1_500);
    response.setHeader('content-type', stream ? 'text/event-stream' : 'application/json');
    response.end(stream ? streamOf('Hello.') : JSON.stringify(completion()));
  });
  const config = join(home, 'conclave.yaml');
  await writeFile(
    config,
    `providers: { lab: { dialect: openai-chat, baseUrl: "${provider}/v1", apiKey: k } }
models: [{ id: lab/m, price: { input: 1, output: 2 } }]
`,
  );
  const gateway = await runGateway([], {
    CONCLAVE_HOME: home,
    CONCLAVE_CONFIG: config,
    CONCLAVE_ADMIN_KEY: adminKey,
  });
  t.after(() => endProcess(gateway.process, 'SIGKILL'));
  const ask = (stream: boolean) =>
    post(gateway, '/v1/chat/completions', {
      model: 'lab/m',
      stream,
      messages: [{ role: 'user', content: 'Hello' }],
    });
  const lines = () =>
    gateway
      .output()
      .split('\n')
      .flatMap((line): Record<string, unknown>[] =>
        line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : [],
      );
  return { gateway, ask, lines };
}

test('a call whose row cannot be written is the error `storage` for its caller, in the log and in the metrics', async (t) => {
  const { gateway, ask, lines } = await gatewayWithoutLedger(t, 2);
  const [whole, streamed] = await Promise.all([ask(false), ask(true)]);
  assert.equal(whole.status, 503);
  for (const reply of [whole, streamed]) assert.match(await reply.text(), /The ledger could not be written/);
  const codes = () =>
    lines().flatMap(({ msg, path, errorCode }) =>
      msg === 'request' && path === '/v1/chat/completions' ? [errorCode] : [],
    );
  await until(() => codes().length === 2, 'both lines of the log');
  assert.deepEqual(codes(), ['storage', 'storage']);
  const metrics = await fetch(`${gateway.url}/metrics`, { headers: { 'x-api-key': adminKey } });
  const calls = (await metrics.text()).split('\n').filter((line) => line.startsWith('conclave_calls_total{'));
  assert.equal(calls.length, 1);
  assert.match(calls[0] ?? '', /state="failed",error_type="storage"\} 2$/);
});

test('a gateway that ends while rows cannot be written names their calls in the log, and its exit code says so', async (t) => {
  const { gateway, ask, lines } = await gatewayWithoutLedger(t, 1);
  const reply = await ask(false);
  assert.equal(reply.status, 503);
  const ended = once(gateway.process, 'exit');
  gateway.process.kill('SIGTERM');
  assert.deepEqual(await ended, [3, null]);
  const id = reply.headers.get('x-conclave-request-id') ?? '';
  const errors = lines().filter(({ level }) => level === 'error');
  assert.deepEqual(
    errors.map(({ msg }) => msg),
    [
      `The end of a call could not be written to the ledger: ${id}. If it had asked a provider, it will be listed as interrupted, at the estimate of its prompt.`,
    ],
  );
});
