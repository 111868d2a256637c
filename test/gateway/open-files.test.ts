import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, utimesSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { startAnsweringProvider } from '../providers/answering-provider.ts';
import { endProcess, runGateway } from '../support/running-gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { workersOf } from '../support/workers-of.ts';

const adminKey = 'ck-admin-of-few-files';

const skip = spawnSync('prlimit', ['--version']).status === 0 ? false : "needs util-linux's prlimit";

test(
  'without file descriptors a call fails as overloaded, the log names the limit once, and no provider is blamed',
  { skip },
  async (t) => {
    const lab = await startAnsweringProvider(t, () => 'Well.');
    const warm = await startAnsweringProvider(t, () => 'Still here.');
    const home = tempFolder(t);
    const config = join(home, 'conclave.yaml');
    await writeFile(
      config,
      `providers:
  lab: { dialect: openai-chat, baseUrl: "${lab.url}", apiKey: k }
  named: { dialect: openai-chat, baseUrl: "${lab.url.replace('127.0.0.1', 'localhost')}", apiKey: k }
  warm: { dialect: openai-chat, baseUrl: "${warm.url}", apiKey: k }
models:
  - { id: lab/m, price: { input: 1, output: 2 } }
  - { id: named/m, price: { input: 1, output: 2 } }
  - { id: lab/dear, price: { input: 10, output: 20 } }
  - { id: lab/covered, price: { input: 1, output: 2 } }
  - { id: warm/m, price: { input: 1, output: 2 } }
routing: { fallbacks: { lab/m: [lab/dear], named/m: [lab/dear], lab/covered: [warm/m] } }
`,
    );
    const gateway = await runGateway(['--log-level', 'error'], {
      CONCLAVE_HOME: home,
      CONCLAVE_CONFIG: config,
      CONCLAVE_ADMIN_KEY: adminKey,
    });
    t.after(() => endProcess(gateway.process, 'SIGKILL'));
    // The connection is opened first: the gateway cannot accept another.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const get = (path: string) => send(agent, gateway.url + path, { key: adminKey });
    const ask = (model: string) => {
      const messages = [{ role: 'user', content: 'Hello' }];
      return send(agent, `${gateway.url}/v1/chat/completions`, {
        key: gateway.key,
        body: { model, messages },
      });
    };

    assert.equal((await get('/health/ready')).status, 200);
    assert.equal((await ask('warm/m')).status, 200);
    limitFiles(gateway.process.pid, lowestFree(gateway.process.pid));
    const covered = await ask('lab/covered');
    assert.equal(covered.status, 200, 'the open connection to a fallback needs no descriptor');
    assert.match(covered.text, /Still here/);
    // A host name cannot even be looked up.
    for (const model of ['lab/m', 'named/m'].flatMap((name) => Array.from({ length: 2 }, () => name))) {
      const { status, text } = await ask(model);
      assert.equal(status, 503);
      assert.match(text, /too many open connections; try again/);
      assert.doesNotMatch(text, /EMFILE|127\.0\.0\.1/);
    }
    const { text } = await get('/admin/deployments');
    assert.doesNotMatch(text, /"healthy":false|lastError/);
    utimesSync(config, new Date(), new Date());
    await until(
      () => /cannot be read: this process has too many/.test(gateway.output()),
      'the reload to be refused',
      {
        everyMs: 20,
      },
    );

    const patient = ask('lab/m');
    void setTimeout(20).then(() => limitFiles(gateway.process.pid, 10_000));
    assert.equal((await patient).status, 200, 'a retry finds a free descriptor');
    for (const model of ['lab/m', 'named/m']) assert.equal((await ask(model)).status, 200);
    const named = gateway.output().match(/ cannot be reached: this process has too many open files/g);
    assert.equal(named?.length, 1, gateway.output());
  },
);

test('a gateway with many open requests outlives its limit of open files', { skip }, async (t) => {
  const home = tempFolder(t);
  const gateway = await runGateway(['--simulate'], { HOME: home, CONCLAVE_HOME: home });
  t.after(() => endProcess(gateway.process, 'SIGKILL'));
  const { hostname, port } = new URL(gateway.url);
  const uploads = Array.from({ length: 120 }, () => connect(Number(port), hostname));
  t.after(() => uploads.forEach((upload) => upload.destroy()));
  for (const upload of uploads) {
    upload.on('error', () => undefined);
    upload.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${gateway.key}\r\n` +
        'content-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
  }
  const open = () => readdirSync(`/proc/${gateway.process.pid}/fd`).length;
  await until(() => open() > uploads.length, 'the requests to arrive');
  limitFiles(gateway.process.pid, lowestFree(gateway.process.pid));
  // Its memory is looked at meanwhile.
  await setTimeout(500);
  limitFiles(gateway.process.pid, 10_000);
  assert.equal((await fetch(`${gateway.url}/health/live`)).status, 200, gateway.output());
});

test(
  'what the first request could not load at the limit of open files is loaded by the next',
  { skip },
  async (t) => {
    const home = tempFolder(t);
    const gateway = await runGateway(['--simulate'], { HOME: home, CONCLAVE_HOME: home });
    t.after(() => endProcess(gateway.process));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const key = gateway.key;
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'client', version: '1' },
      },
    };
    const beginMcp = () => {
      const headers = { accept: 'application/json, text/event-stream' };
      return send(agent, `${gateway.url}/mcp`, { key, headers, body: initialize });
    };
    const messages = [{ role: 'user', content: 'Translate this letter into Polish.' }];
    const preview = () => {
      const headers = { 'x-conclave-dry-run': 'true' };
      return send(agent, `${gateway.url}/v1/chat/completions`, {
        key,
        headers,
        body: { model: 'auto', messages },
      });
    };
    await send(agent, `${gateway.url}/health/live`, { key });
    limitFiles(gateway.process.pid, lowestFree(gateway.process.pid));
    assert.equal((await beginMcp()).status, 500);
    assert.doesNotMatch((await preview()).text, /translation/);
    limitFiles(gateway.process.pid, 10_000);
    assert.match((await preview()).text, /translation/);
    assert.equal((await beginMcp()).status, 200);
  },
);

test(
  'workers that have reached their limit of open files serve again as soon as they can',
  { skip },
  async (t) => {
    const home = tempFolder(t);
    const gateway = await runGateway(['--simulate', '--workers', '2'], { HOME: home, CONCLAVE_HOME: home });
    t.after(() => endProcess(gateway.process));
    const workers = workersOf(gateway);
    for (const pid of workers) limitFiles(pid, lowestFree(pid));
    const ends = Array.from({ length: 8 }, () => statusByNewConnection(t, gateway.url));
    assert.deepEqual(await Promise.all(ends), Array(8).fill('closed'));
    await until(() => /every worker has too many open files/.test(gateway.output()), 'the log');
    for (const pid of workers) limitFiles(pid, 10_000);
    for (const _ of workers) {
      assert.equal((await fetch(`${gateway.url}/health/live`)).status, 200);
    }
    assert.equal(
      gateway.output().match(/every worker has too many open files/g)?.length,
      1,
      gateway.output(),
    );
  },
);

test('a worker at its limit of open files leaves its connections to the others', { skip }, async (t) => {
  const home = tempFolder(t);
  const gateway = await runGateway(['--simulate', '--workers', '3'], { HOME: home, CONCLAVE_HOME: home });
  t.after(() => endProcess(gateway.process));
  const [one, two] = workersOf(gateway);
  assert.ok(one !== undefined && two !== undefined);
  const served = async (number: number) => {
    const ends = Array.from({ length: number }, () => statusByNewConnection(t, gateway.url));
    assert.deepEqual(await Promise.all(ends), Array(number).fill('200'));
  };
  limitFiles(one, lowestFree(one));
  for (let turn = 0; turn < 6; turn += 1) await served(1);
  await served(60);
  limitFiles(two, lowestFree(two));
  for (let turn = 0; turn < 6; turn += 1) await served(1);
  await served(60);
  await until(() => /a worker has too many open files/.test(gateway.output()), 'the log');
  assert.doesNotMatch(gateway.output(), /connection was closed/);
  for (const pid of [one, two]) limitFiles(pid, 10_000);
  await served(60);
});

test('a connection that a full worker refuses is closed when every other is ending', { skip }, async (t) => {
  const home = tempFolder(t);
  const gateway = await runGateway(['--simulate', '--workers', '2'], { HOME: home, CONCLAVE_HOME: home });
  t.after(() => endProcess(gateway.process, 'SIGKILL'));
  const { hostname, port } = new URL(gateway.url);
  const [ending, full] = workersOf(gateway);
  assert.ok(ending !== undefined && full !== undefined);
  const openFiles = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;
  const before = [ending, full].map(openFiles);
  // An unfinished request at each: a worker that is told to stop waits for it.
  for (const count of [1, 2]) {
    const upload = connect(Number(port), hostname).on('error', () => undefined);
    t.after(() => upload.destroy());
    upload.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${gateway.key}\r\n` +
        'content-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    const arrived = () =>
      [ending, full].filter((pid, at) => openFiles(pid) > (before[at] ?? 0)).length === count;
    await until(arrived, 'the request to arrive');
  }
  process.kill(ending, 'SIGTERM');
  // It no longer serves.
  await setTimeout(1_000);
  limitFiles(full, lowestFree(full));
  assert.equal(await statusByNewConnection(t, gateway.url), 'closed', gateway.output());
  await until(() => /connection was closed/.test(gateway.output()), 'the log');
  limitFiles(full, 10_000);
  assert.equal(await statusByNewConnection(t, gateway.url), '200');
});

test('connections that full workers refuse do not go to one that hangs', { skip }, async (t) => {
  const home = tempFolder(t);
  const gateway = await runGateway(['--simulate', '--workers', '4'], { HOME: home, CONCLAVE_HOME: home });
  const [hung, ...others] = workersOf(gateway);
  t.after(() => {
    process.kill(hung ?? 0, 'SIGKILL');
    return endProcess(gateway.process);
  });
  process.kill(hung ?? 0, 'SIGSTOP');
  for (const pid of others.slice(1)) limitFiles(pid, lowestFree(pid));
  const ends: string[] = [];
  for (let turn = 0; turn < 8; turn += 1) {
    const asked = statusByNewConnection(t, gateway.url).then((status) => ends.push(status));
    await Promise.race([asked, setTimeout(2_000, undefined, { ref: false })]);
  }
  // Until it has acknowledged its first connection, Node gives the hung worker no other.
  await until(() => ends.length === 7, 'all answers but that of the hung worker');
  assert.deepEqual([...new Set(ends)], ['200']);
});

test('a worker that was full for a moment serves on, also if all the others hang', { skip }, async (t) => {
  const home = tempFolder(t);
  const gateway = await runGateway(['--simulate', '--workers', '2'], { HOME: home, CONCLAVE_HOME: home });
  const [hung = 0, full = 0] = workersOf(gateway);
  t.after(() => {
    process.kill(hung, 'SIGKILL');
    return endProcess(gateway.process);
  });
  process.kill(hung, 'SIGSTOP');
  const ask = () =>
    Promise.race([statusByNewConnection(t, gateway.url), setTimeout(5_000, 'it waits', { ref: false })]);
  // Node gives the hung one a connection, and no other before that is acknowledged.
  const first = [ask(), ask()];
  await setTimeout(300);
  limitFiles(full, lowestFree(full));
  const refused = ask();
  await setTimeout(200);
  limitFiles(full, 10_000);
  assert.equal(await refused, 'closed', gateway.output());
  for (let turn = 0; turn < 4; turn += 1) assert.equal(await ask(), '200', gateway.output());
  assert.deepEqual((await Promise.all(first)).toSorted(), ['200', 'it waits']);
});

/** Asks by a connection of its own. Returns the status of the answer, 'closed' if none came, or 'waits' after a minute. */
async function statusByNewConnection(t: TestContext, url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  t.after(() => socket.destroy());
  const end = new Promise((resolve) => socket.once('close', resolve));
  let isSilent = false;
  socket.setTimeout(60_000, () => {
    isSilent = true;
    socket.destroy();
  });
  let answer = '';
  socket.on('error', () => undefined).on('data', (bytes) => (answer += bytes.toString()));
  await once(socket, 'connect');
  socket.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  await end;
  if (isSilent) return 'waits';
  return /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'closed';
}

/** Lowers or lifts the limit of a running process. */
function limitFiles(pid: number | undefined, most: number): void {
  execFileSync('prlimit', [`--pid=${pid}`, `--nofile=${most}:`]);
}

/** Returns the descriptor that the process would open next. */
function lowestFree(pid = 0): number {
  const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
  let free = 0;
  while (open.has(free)) free += 1;
  return free;
}

function send(
  agent: Agent,
  url: string,
  {
    key,
    body,
    headers: added,
  }: { readonly key: string; readonly body?: unknown; readonly headers?: Record<string, string> },
): Promise<{ readonly status: number | undefined; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...added };
    const asked = request(url, { agent, method: body ? 'POST' : 'GET', headers }, async (reply) => {
      reply.setEncoding('utf8');
      let text = '';
      for await (const piece of reply) text += String(piece);
      resolve({ status: reply.statusCode, text });
    });
    asked.on('error', reject);
    asked.end(body && JSON.stringify(body));
  });
}
