import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { createApp } from '../../src/app.ts';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { startSimulator } from '../../src/simulator/server.ts';
import { bin, inherited } from '../support/command-line.ts';
import { createKey } from '../support/create-key.ts';
import { freePort } from '../support/free-port.ts';
import { post } from '../support/gateway.ts';
import { responseOf } from '../support/responses-reply.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import {
  createPostgresSchema,
  dropPostgresSchema,
  postgresUnavailable,
} from '../support/postgres-cluster.ts';
import { redisUnavailable, startRedis } from '../support/redis-server.ts';
import { endProcess, runGateway } from '../support/running-gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { modelRequests } from '../support/model-requests.ts';
import { workersOf } from '../support/workers-of.ts';

const adminKey = 'admin-key-of-the-test';
const hello = { model: 'openai/gpt-5.4-mini', messages: [{ role: 'user', content: 'Hello' }] };

async function startWorkers(t: TestContext, env: Record<string, string> = {}) {
  const simulator = await startSimulator({ latency: 'none' });
  t.after(() => simulator.close());
  const home = tempFolder(t);
  const configPath = join(home, 'conclave.yaml');
  const config = `providers: { openai: { baseUrl: "${simulator.url}/openai/v1", apiKey: k } }\n`;
  await writeFile(configPath, config);
  const environment = {
    CONCLAVE_HOME: home,
    CONCLAVE_CONFIG: configPath,
    CONCLAVE_ADMIN_KEY: adminKey,
    ...env,
  };
  const gateway = await runGateway(['--workers', '2'], environment);
  t.after(() => endProcess(gateway.process));
  const openStore = () => createApp({ env: environment, cwd: home, configPath });
  return { gateway, simulator, home, configPath, config, openStore };
}

const stores = [
  { name: 'SQLite', skip: undefined, environment: async () => ({}) },
  {
    name: 'PostgreSQL',
    skip: postgresUnavailable,
    async environment(t: TestContext): Promise<Record<string, string>> {
      const url = await createPostgresSchema();
      t.after(() => dropPostgresSchema(url));
      return { CONCLAVE_DATABASE_URL: url };
    },
  },
  {
    name: 'SQLite with limits in Redis',
    skip: redisUnavailable,
    environment: async (t: TestContext): Promise<Record<string, string>> => ({
      CONCLAVE_REDIS_URL: (await startRedis(t)).url,
    }),
  },
];

for (const { name, skip, environment } of stores) {
  test(
    `two workers on ${name} share port, limits, ledger and metrics`,
    { skip: skip ?? false },
    async (t) => {
      const variables: Record<string, string> = await environment(t);
      const { gateway, simulator, home } = await startWorkers(t, variables);
      const { key } = await createKey({ url: gateway.url, adminKey }, { rpm: 10 });
      const limited = await Promise.all(
        Array.from({ length: 30 }, async () => {
          const reply = await post({ url: gateway.url, key }, '/v1/chat/completions', hello);
          await reply.text();
          return reply.status;
        }),
      );
      assert.equal(limited.filter((status) => status === 200).length, 10);
      assert.equal(limited.filter((status) => status === 429).length, 20);

      const lines = () =>
        gateway
          .output()
          .split('\n')
          .filter((line) => line.includes('/v1/chat/completions"'));
      await until(() => lines().length === 30, gateway.output, { everyMs: 30 });
      const pids = new Set(lines().map((line) => (JSON.parse(line) as { pid: number }).pid));
      assert.equal(pids.size, 2, 'both workers were asked');

      if (variables['CONCLAVE_DATABASE_URL'] === undefined) {
        using ledger = new DatabaseSync(join(home, 'conclave.db'), { readOnly: true });
        const counted = ledger.prepare('SELECT sum(requests) AS requests FROM rate_windows').get();
        assert.equal(counted?.['requests'], variables['CONCLAVE_REDIS_URL'] === undefined ? 10 : null);
      }

      const headers = { 'x-api-key': adminKey };
      const metrics = await (await fetch(`${gateway.url}/metrics`, { headers })).text();
      const counted = [...metrics.matchAll(/^conclave_calls_total\{.*state="(\w+)".*\} (\d+)$/gm)];
      const sumOf = (state: string) =>
        counted.filter(([, of]) => of === state).reduce((sum, [, , count]) => sum + Number(count), 0);
      assert.equal(sumOf('ok'), 10);
      assert.equal(sumOf('refused'), 20);

      const costs = (await (await fetch(`${gateway.url}/admin/costs`, { headers })).json()) as {
        totalNanoUsd: number;
        calls: number;
      };
      const bill = (await (await fetch(`${simulator.url}/__bill`)).json()) as { totalNanoUsd: number };
      assert.equal(costs.totalNanoUsd, bill.totalNanoUsd);
      assert.equal(costs.calls, 30);
    },
  );
}

test('every worker reports the calls and the dead keys of all', async (t) => {
  const { gateway } = await startWorkers(t);
  const leave = new AbortController();
  t.after(() => leave.abort());
  const stalled = { ...hello, model: 'openai/gpt-5.4-mini!fault=stall,after=1', stream: true };
  const send = (body: object) =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      signal: leave.signal,
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const readers = await Promise.all(
    Array.from({ length: 6 }, async () => (await send(stalled)).body?.getReader()),
  );
  for (const reader of readers) await reader?.read();
  assert.equal((await send({ ...hello, model: 'openai/gpt-5-mini!fault=401' })).status, 502);
  /** As many connections at once reach both workers. */
  const askAll = (path: string) =>
    Promise.all(
      Array.from({ length: 6 }, async () => {
        const reply = await fetch(gateway.url + path, { headers: { 'x-api-key': adminKey } });
        return (await reply.json()) as unknown;
      }),
    );
  for (const answer of await askAll('/health/ready'))
    assert.partialDeepStrictEqual(answer, { deadCredentials: 1 });
  for (const answer of await askAll('/admin/deployments')) {
    const { deployments, deadCredentials } = answer as {
      deployments: { id: string; inFlight: number; healthy: boolean }[];
      deadCredentials: object[];
    };
    assert.equal(deadCredentials.length, 1);
    assert.deepEqual(
      deployments.map(({ id, inFlight, healthy }) => [id, inFlight, healthy]).toSorted(),
      [
        ['openai/gpt-5-mini!fault=401', 0, false],
        ['openai/gpt-5.4-mini!fault=stall,after=1', 6, false],
      ],
      'the key of both is dead',
    );
  }
});

test('a worker that dies ends only its own calls, and another replaces it', async (t) => {
  const { gateway, openStore } = await startWorkers(t);
  const leave = new AbortController();
  const streams = Array.from({ length: 8 }, async () => {
    const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      signal: leave.signal,
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...hello, model: 'openai/gpt-5.4-mini!fault=stall,after=1', stream: true }),
    });
    return reply.body?.getReader();
  });
  const readers = await Promise.all(streams);
  const broken: number[] = [];
  readers.forEach(async (reader, at) => {
    try {
      while (!(await reader?.read())?.done);
    } catch {
      broken.push(at);
    }
  });
  const before = workersOf(gateway);
  assert.equal(before.length, 2);
  process.kill(before[0] ?? 0, 'SIGKILL');

  const store = await openStore();
  t.after(() => store.close());
  const inState = async (state: string) =>
    (await store.ledger.recent({ limit: 100 })).filter((row) => row.state === state).length;
  await until(async () => (await inState('interrupted')) > 0, gateway.output, { everyMs: 30 });
  await until(
    () => workersOf(gateway).length === 2 && !workersOf(gateway).includes(before[0] ?? 0),
    gateway.output,
  );
  assert.ok(broken.length > 0 && broken.length < 8, `${broken.length} of 8 streams were broken`);
  assert.equal(await inState('interrupted'), broken.length);
  assert.equal(await inState('running'), 8 - broken.length, "the other worker's streams continue");

  await until(
    async () => {
      const replies = await Promise.all(
        Array.from({ length: 6 }, () => post(gateway, '/v1/chat/completions', hello)),
      );
      return replies.every(({ status }) => status === 200);
    },
    gateway.output,
    { everyMs: 30 },
  );
  leave.abort();
});

for (const [what, spoil] of [
  ['invalid', (path: string) => writeFile(path, 'providers: [')],
  ['missing', (path: string) => rm(path)],
] as const) {
  test(`a worker that replaces another serves with the configuration in use while the file is ${what}`, async (t) => {
    // Found in the working folder: without it, the defaults would be used.
    const { gateway, configPath, config } = await startWorkers(t, { CONCLAVE_CONFIG: '' });
    const refusals = () => gateway.output().split('the new configuration is refused').length - 1;
    await spoil(configPath);
    const refused = (times: number) => until(() => refusals() === times, gateway.output, { everyMs: 30 });
    await refused(2);
    assert.equal((await post(gateway, '/v1/chat/completions', hello)).status, 200);
    const counted = async () => {
      const reply = await fetch(`${gateway.url}/metrics`, { headers: { 'x-api-key': adminKey } });
      return Number(/^conclave_calls_total\{.*state="ok".*\} (\d+)$/m.exec(await reply.text())?.[1]);
    };
    assert.equal(await counted(), 1);
    for (const [at, pid] of workersOf(gateway).entries()) {
      process.kill(pid, 'SIGKILL');
      // The replacement looks at the file once it serves.
      await refused(3 + at);
    }
    assert.equal(await counted(), 1, 'the counts of the dead remain');
    /** As many calls at once reach both workers. */
    const statuses = (model: string) =>
      Promise.all(
        Array.from({ length: 6 }, async () => {
          const reply = await post(gateway, '/v1/chat/completions', { ...hello, model });
          return reply.status;
        }),
      );
    assert.deepEqual(new Set(await statuses(hello.model)), new Set([200]));
    const ready = await fetch(`${gateway.url}/health/ready`);
    assert.match(await ready.text(), /"status":"ready".*"refused"/);

    await writeFile(configPath, `${config}aliases: { mine: openai/gpt-5.4-mini }\n`);
    await until(async () => (await statuses('mine')).every((status) => status === 200), gateway.output, {
      everyMs: 50,
    });
  });
}

test('a worker that replaces another listens where the others do, although the configuration has changed', async (t) => {
  const { gateway, configPath, config } = await startWorkers(t);
  await writeFile(configPath, `${config}server: { host: 127.0.0.2 }\n`);
  const loads = () => gateway.output().split('server.host has changed').length - 1;
  await until(() => loads() === 2, gateway.output, { everyMs: 30 });
  const before = workersOf(gateway);
  process.kill(before[0] ?? 0, 'SIGKILL');
  const replacement = () => workersOf(gateway).find((pid) => !before.includes(pid));
  await until(
    async () => {
      // A new connection each time, so that the workers take turns.
      await Promise.allSettled([post(gateway, '/v1/chat/completions', hello, { connection: 'close' })]);
      return gateway.output().includes(`"pid":${replacement()}`);
    },
    gateway.output,
    { everyMs: 50 },
  );
});

test('a changed configuration reaches every worker, and SIGTERM lets all of them finish their calls', async (t) => {
  const { gateway, simulator, configPath, config } = await startWorkers(t);
  await writeFile(configPath, `${config}aliases: { chosen: openai/gpt-5.4-mini }\n`);
  gateway.process.kill('SIGHUP');
  await until(() => gateway.output().split('has been loaded again').length > 2, gateway.output, {
    everyMs: 30,
  });
  const replies = await Promise.all(
    Array.from({ length: 8 }, () => post(gateway, '/v1/chat/completions', { ...hello, model: 'chosen' })),
  );
  assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
  await Promise.all(replies.map((reply) => reply.text()));
  const workers = workersOf(gateway);
  const model = 'openai/gpt-5.4-mini!fault=slow,delay=1000';
  const asked = modelRequests(simulator).length;
  const streams = Array.from({ length: 8 }, async () => {
    const reply = await post(gateway, '/v1/chat/completions', { ...hello, model, stream: true });
    return (await reply.text()).trimEnd().split('\n').at(-1);
  });
  await until(() => modelRequests(simulator).length === asked + 8, gateway.output);
  gateway.process.kill('SIGTERM');
  const exited = once(gateway.process, 'exit');
  assert.deepEqual([...new Set(await Promise.all(streams))], ['data: [DONE]']);
  const [code] = await exited;
  assert.equal(code, 0, gateway.output());
  for (const pid of workers) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});

for (const signals of [1, 2]) {
  const times = signals === 1 ? 'SIGTERM' : 'a second SIGTERM, at once';
  test(`a worker that hangs is ended with the others by ${times}`, async (t) => {
    const { gateway } = await startWorkers(t);
    const workers = workersOf(gateway);
    t.after(() => workers.filter(isRunning).forEach((pid) => process.kill(pid, 'SIGKILL')));
    process.kill(workers[0] ?? 0, 'SIGSTOP');
    const exited = once(gateway.process, 'exit');
    gateway.process.kill('SIGTERM');
    if (signals === 2) {
      await until(() => gateway.output().includes('streams may finish'), gateway.output);
      gateway.process.kill('SIGTERM');
    }
    const [code] = await exited;
    assert.equal(code, signals === 1 ? 0 : 143, gateway.output());
    await until(() => !workers.some(isRunning), 'the workers have ended', { everyMs: 30 });
    if (signals === 1) assert.match(gateway.output(), /"level":"error".*a worker did not answer/);
  });
}

/** A process that has ended may still be listed, as a zombie. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout !== '' && !stdout.startsWith('Z');
}

test('SIGHUP while some workers still start ends none, and SIGTERM lets the others finish their calls', async (t) => {
  const simulator = await startSimulator({ latency: 'none' });
  t.after(() => simulator.close());
  const home = tempFolder(t);
  await writeFile(
    join(home, 'conclave.yaml'),
    `providers: { openai: { baseUrl: "${simulator.url}/openai/v1", apiKey: k } }\n`,
  );
  const port = String(await freePort());
  // The second worker takes five seconds to load.
  const wait =
    "if (process.env.CONCLAVE_WORKER_PLACE === '1') await new Promise((go) => setTimeout(go, 5000))";
  const child = spawn(process.execPath, [bin, 'serve', '--port', port, '--workers', '2'], {
    env: {
      ...inherited,
      NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(wait)}"`,
      CONCLAVE_HOME: home,
      CONCLAVE_CONFIG: join(home, 'conclave.yaml'),
      CONCLAVE_ADMIN_KEY: adminKey,
    },
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => endProcess(child));
  const [output, errors] = [child.stdout, child.stderr].map((stream) => text(stream));
  const url = `http://127.0.0.1:${port}`;
  const isLive = () =>
    fetch(`${url}/health/live`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isLive, 'the first worker', { everyMs: 50 });
  child.kill('SIGHUP');
  const { key } = await createKey({ url, adminKey }, {});
  const model = 'openai/gpt-5.4-mini!fault=slow,delay=1000';
  const reply = post({ url, key }, '/v1/chat/completions', { ...hello, model });
  await until(() => modelRequests(simulator).length === 1, 'the call');
  child.kill('SIGTERM');
  const exited = once(child, 'exit');
  assert.equal((await reply).status, 200);
  assert.deepEqual(await exited, [0, null]);
  assert.equal(await output, '', 'nothing says that all workers serve');
  assert.doesNotMatch((await errors) ?? '', /EPIPE|at \w+ \(/);
});

test('a stored answer is fetched with the key under which it is stored, whichever worker created it', async (t) => {
  const lab = await startKeyedProvider(t);
  const keys = ['key-1', 'key-2', 'key-3', 'key-4'];
  const { gateway, configPath } = await startWorkers(t);
  const config: ConfigInput = {
    providers: { lab: { dialect: 'openai-responses', baseUrl: `${lab.url}/v1`, apiKey: 'key-1' } },
    models: [{ id: 'lab/m' }],
    deployments: keys.slice(1).map((apiKey) => ({ model: 'lab/m', apiKey })),
    routing: { balance: { strategy: 'weighted' } },
  };
  await writeFile(configPath, JSON.stringify(config));
  gateway.process.kill('SIGHUP');
  await until(() => gateway.output().split('has been loaded again').length > 2, gateway.output, {
    everyMs: 30,
  });
  const ask = async (answerId: string, more: object = {}) => {
    for (const key of keys) lab.behave(key, { body: responseOf('Hello.', { id: `${answerId}_by_${key}` }) });
    const body = { model: 'lab/m', input: 'Hello', ...more };
    // Each on its own connection: the workers alternate.
    const reply = await post(gateway, '/v1/responses', body, { connection: 'close' });
    assert.equal(reply.status, 200);
    return ((await reply.json()) as { id: string }).id;
  };
  const kept: string[] = [];
  while (new Set(lab.keys()).size < keys.length) kept.push(await ask(`resp_${kept.length}`));
  // Twice in a row, so that both workers are asked; one of them created it.
  for (const answer of kept.flatMap((one) => [one, one])) {
    await ask('resp_next', { previous_response_id: answer });
    assert.equal(lab.keys().at(-1), answer.split('_by_')[1], answer);
  }
});

test('an MCP client of an older revision works, whichever worker receives its requests', async (t) => {
  const { gateway } = await startWorkers(t);
  const client = new Client({ name: 'test', version: '1' });
  const requestInit = { headers: { authorization: `Bearer ${gateway.key}`, connection: 'close' } };
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', gateway.url), { requestInit });
  // The class says `sessionId?: string`, which is stricter here than its own interface.
  await client.connect(transport as Transport);
  t.after(() => client.close());
  for (let call = 0; call < 6; call += 1) {
    const { tools } = await client.listTools();
    assert.ok(tools.some(({ name }) => name === 'version'));
    const answer = await client.callTool({ name: 'version', arguments: {} });
    assert.notEqual(answer.isError, true);
  }
  const asked = () =>
    gateway
      .output()
      .split('\n')
      .filter((line) => line.includes('"/mcp"'));
  await until(() => asked().length >= 12, gateway.output, { everyMs: 30 });
  const pids = new Set(asked().map((line) => (JSON.parse(line) as { pid: number }).pid));
  assert.equal(pids.size, 2, 'both workers were asked');
});

test('workers that cannot start report why once and exit with the code of a single process', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const home = tempFolder(t);
  const args = ['--simulate', '--workers', '2', '--port', String(port)];
  await assert.rejects(runGateway(args, { CONCLAVE_HOME: home }), ({ message }: Error) => {
    assert.equal(message.split(`port ${port} is taken`).length, 2, message);
    return true;
  });
});

test('a connection that a dying worker has not accepted yet is closed, so its client does not wait', async (t) => {
  const { gateway } = await startWorkers(t);
  const workers = workersOf(gateway);
  // A stopped worker accepts none of the connections it is given, and sends no message about it.
  for (const pid of workers) process.kill(pid, 'SIGSTOP');
  const { hostname, port } = new URL(gateway.url);
  const sockets = Array.from({ length: 4 }, () => connect(Number(port), hostname));
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  const ends = sockets.map((socket) => {
    socket.on('error', () => undefined).resume();
    socket.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    return new Promise((resolve) => socket.once('close', resolve));
  });
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  // By then, the parent process has handed them over.
  await setTimeout(500);
  for (const pid of workers) process.kill(pid, 'SIGKILL');
  const impatience = setTimeout(20_000, 'they wait', { ref: false });
  assert.notEqual(await Promise.race([Promise.all(ends), impatience]), 'they wait');
});
