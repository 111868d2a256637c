import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { openLiveApp } from '../../src/app.ts';
import { startSimulator } from '../../src/simulator/server.ts';
import { startGateway } from '../../src/surfaces/http/gateway.ts';
import { post } from '../support/gateway.ts';
import { startLocalServer } from '../support/local-server.ts';
import { httpClient } from '../support/mcp-clients.ts';
import { endProcess, runGateway } from '../support/running-gateway.ts';
import { startSteadyLoad } from '../support/steady-load.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { modelRequests } from '../support/model-requests.ts';

/** A gateway with a configuration file that the test can rewrite. */
async function startLiveGateway(t: TestContext) {
  const simulator = await startSimulator({ latency: 'none' });
  const home = tempFolder(t);
  const path = join(home, 'conclave.yaml');
  const configOf = (alias: string) =>
    `providers:
  openai: { baseUrl: "${simulator.url}/openai/v1", apiKey: key-openai }
  anthropic: { baseUrl: "${simulator.url}/anthropic", apiKey: key-anthropic }
aliases: { chosen: ${alias} }
routing: { fallbacks: { "*": [] }, retries: 0 }
`;
  await writeFile(path, configOf('openai/gpt-5-mini'));
  const live = await openLiveApp({ env: { CONCLAVE_HOME: home }, cwd: home, configPath: path });
  const gateway = await startGateway(live, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    await gateway.close();
    await live.close();
    await simulator.close();
  });
  return { live, simulator, path, configOf, url: gateway.url, key: await live.current.keys.local() };
}

const hello = { model: 'chosen', messages: [{ role: 'user', content: 'Hello' }] };

test('no request fails while valid and invalid configurations are loaded repeatedly', async (t) => {
  const { live, path, configOf, url, key } = await startLiveGateway(t);
  const load = startSteadyLoad({ url, key, model: 'chosen', perSecond: 60 });
  for (let round = 0; round < 12; round += 1) {
    await sleep(80);
    const alias = round % 2 === 0 ? 'anthropic/claude-haiku-4-5' : 'openai/gpt-5-mini';
    await writeFile(path, round % 3 === 2 ? 'providers: { openai: { apikey: x } }' : configOf(alias));
    await live.reload();
  }
  const { sent, failures } = await load.stop();
  assert.deepEqual(failures, []);
  assert.ok(sent >= 40, `${sent} requests were sent`);
});

test('new calls use the new configuration from the reload on; a running call ends on the old one', async (t) => {
  const { live, simulator, path, configOf, url, key } = await startLiveGateway(t);
  const slow = post({ url, key }, '/v1/chat/completions', {
    ...hello,
    model: 'openai/gpt-5-mini!fault=slow,delay=700',
  });
  await until(() => modelRequests(simulator).length === 1, 'the slow call at its provider');
  await writeFile(path, configOf('anthropic/claude-haiku-4-5').replace(/ {2}openai: .*\n/, ''));
  await live.reload();
  const next = await post({ url, key }, '/v1/chat/completions', hello);
  assert.equal(next.status, 200);
  assert.equal(next.headers.get('x-conclave-model'), 'anthropic/claude-haiku-4-5');
  const gone = await post({ url, key }, '/v1/chat/completions', { ...hello, model: 'openai/gpt-5-mini' });
  assert.equal(gone.status, 404, 'the provider is no longer configured');
  const old = await slow;
  assert.equal(old.status, 200);
  assert.equal(old.headers.get('x-conclave-model'), 'openai/gpt-5-mini!fault=slow,delay=700');
});

test('an invalid configuration is refused, the old one stays, and /health/ready explains why only to the operator', async (t) => {
  const { live, path, configOf, url, key } = await startLiveGateway(t);
  const before = live.current;
  await writeFile(path, `${configOf('openai/gpt-5-mini')}routing: { retires: 3 }\n`);
  const { refused } = await live.reload();
  assert.match(refused?.reason ?? '', /conclave\.yaml:6:1/);
  assert.equal(live.current, before);
  const askReady = (headers: Record<string, string>) => fetch(`${url}/health/ready`, { headers });
  for (const wrong of [undefined, 'Bearer ck-wrong']) {
    const told = await (await askReady(wrong === undefined ? {} : { authorization: wrong })).text();
    assert.match(told, /"status":"ready".*"refused":\{"at":"[^"]+"\}/, 'the refusal itself is public');
    assert.doesNotMatch(told, /conclave\.yaml/, 'the file and the reason are not');
  }
  const team = await live.current.keys.issue({ name: 'team', budgets: [] });
  const toTeam = await (await askReady({ 'x-api-key': team.key })).text();
  assert.match(toTeam, /"refused":\{"at":"[^"]+"\}/, 'a key of another user is told as much as anybody');
  const ready = await askReady({ authorization: `Bearer ${key}` });
  assert.equal(ready.status, 200);
  const state = (await ready.json()) as { status: string; config: { refused: { reason: string } } };
  assert.equal(state.status, 'ready');
  assert.match(state.config.refused.reason, /conclave\.yaml:6:1/);
  assert.equal((await post({ url, key }, '/v1/chat/completions', hello)).status, 200);

  await writeFile(path, configOf('openai/gpt-5-mini'));
  assert.equal((await live.reload()).refused, undefined);
  const healed = (await (await fetch(`${url}/health/ready`)).json()) as { config: object };
  assert.ok(!('refused' in healed.config));
});

test('a configuration that is refused late changes nothing of what is known of deployments', async (t) => {
  const { live, path, configOf, url, key } = await startLiveGateway(t);
  assert.equal((await post({ url, key }, '/v1/chat/completions', hello)).status, 200);
  const known = async () => (await live.current.server.deployments.all()).deployments.map(({ id }) => id);
  const before = await known();
  assert.equal(before.length, 1);
  const moved = configOf('openai/gpt-5-mini').replace('key-openai', 'another-key');
  await writeFile(path, `${moved}tools: { disabled: [codereviw] }\n`);
  assert.match((await live.reload()).refused?.reason ?? '', /codereviw/);
  assert.deepEqual(await known(), before);
  await writeFile(path, moved);
  assert.equal((await live.reload()).refused, undefined);
  assert.deepEqual(await known(), [], 'of another key nothing is known');
});

test('of two reloads at once, the later file holds, although the earlier one takes longer to load', async (t) => {
  const { live, path, configOf } = await startLiveGateway(t);
  let isAsked = false;
  // A local server that does not answer: it is waited for a little.
  const silent = await startLocalServer(t, () => void (isAsked = true));
  const local = `providers:\n  box: { dialect: openai-chat, baseUrl: "${silent}/v1", local: true }`;
  await writeFile(path, configOf('anthropic/claude-haiku-4-5').replace('providers:', local));
  const earlier = live.reload();
  await until(() => isAsked, 'the first file to be read');
  await writeFile(path, configOf('openai/gpt-5-nano'));
  await Promise.all([earlier, live.reload()]);
  assert.equal(live.current.config.aliases['chosen'], 'openai/gpt-5-nano');
});

test('a disabled tool is refused in the sessions that began before', async (t) => {
  const { live, path, configOf, url, key } = await startLiveGateway(t);
  const client = await httpClient(t, { url, key }, 'legacy');
  const ask = () => client.callTool({ name: 'chat', arguments: { prompt: 'Hi', model: 'chosen' } });
  assert.ok(!(await ask()).isError);
  await writeFile(path, `${configOf('openai/gpt-5-mini')}tools: { disabled: [chat] }\n`);
  assert.equal((await live.reload()).refused, undefined);
  const refused = await ask();
  assert.equal(refused.isError, true);
  assert.match(JSON.stringify(refused.content), /permission: /);
});

test('a new log level takes effect at once', async (t) => {
  const home = tempFolder(t, { 'conclave.yaml': 'log: { level: silent }' });
  const env = { CONCLAVE_HOME: home };
  const live = await openLiveApp({ env, cwd: home, simulate: true, logFormat: 'json' });
  t.after(() => live.close());
  assert.equal(live.current.log.level, 'silent');
  await writeFile(join(home, 'conclave.yaml'), 'log: { level: error }');
  assert.equal((await live.reload()).refused, undefined);
  assert.equal(live.current.log.level, 'error');
});

test('of a new port the log says that it needs a restart', async (t) => {
  const { live, path, configOf } = await startLiveGateway(t);
  const written = t.mock.method(process.stderr, 'write', () => true).mock;
  await writeFile(path, `${configOf('openai/gpt-5-mini')}server: { port: 4567 }\n`);
  assert.equal((await live.reload()).refused, undefined);
  const lines = written.calls.map(({ arguments: [line] }) => String(line)).join('');
  assert.match(lines, /server\.port has changed; it takes effect at the next start/);
});

test('a removed or unreadable configuration is reported at /health/ready; the old one stays', async (t) => {
  const { live, path, configOf, url, key } = await startLiveGateway(t);
  const refused = async () => {
    const headers = { authorization: `Bearer ${key}` };
    const state = (await (await fetch(`${url}/health/ready`, { headers })).json()) as {
      config: { refused?: { reason: string } };
    };
    return state.config.refused?.reason;
  };
  const isRefused = (why: RegExp) =>
    until(async () => why.test((await refused()) ?? ''), String(why), { everyMs: 10 });
  live.tend({ lookEveryMs: 10 });
  await rm(path);
  await isRefused(/conclave\.yaml: there is no such file/);
  // A folder of this name, because root can read every file.
  await mkdir(path);
  await isRefused(/conclave\.yaml: is a folder/);
  assert.equal((await post({ url, key }, '/v1/chat/completions', hello)).status, 200);
  await rmdir(path);
  await writeFile(path, configOf('openai/gpt-5-mini'));
  await until(async () => (await refused()) === undefined, 'the file to be taken up', { everyMs: 10 });
});

test('a default config file that is missing at the signal is an error, not a request for defaults', async (t) => {
  const home = tempFolder(t);
  await writeFile(join(home, 'conclave.yaml'), 'aliases: { mine: openai/gpt-5-mini }\n');
  const live = await openLiveApp({ env: { CONCLAVE_HOME: home }, cwd: home, simulate: true });
  t.after(() => live.close());
  await rm(join(home, 'conclave.yaml'));
  const { refused } = await live.reload();
  assert.match(refused?.reason ?? '', /conclave\.yaml: there is no such file/);
  assert.deepEqual(live.current.config.aliases, { mine: 'openai/gpt-5-mini' });
});

test('a changed file is loaded once, although both polling and a signal report it', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { live, path, configOf } = await startLiveGateway(t);
  live.tend({ lookEveryMs: 10 });
  /** Lets the gateway look at its file once. The file is read here as well, so that the look can end meanwhile. */
  const look = async () => {
    t.mock.timers.tick(10);
    await readFile(path);
    await readFile(path);
  };
  await writeFile(path, configOf('anthropic/claude-haiku-4-5'));
  await live.reload();
  const taken = live.current;
  for (let looks = 0; looks < 20; looks += 1) await look();
  assert.equal(live.current, taken, 'no look loads what the signal has already loaded');
  await writeFile(path, configOf('openai/gpt-5-mini'));
  const isTaken = async () => {
    await look();
    return live.current !== taken;
  };
  await until(isTaken, 'the second change to be taken up');
});

test('keys, their usage and the state of deployments survive a reload', async (t) => {
  const { live, path, configOf, url } = await startLiveGateway(t);
  const { key } = await live.current.keys.issue({ name: 'team', budgets: [], rpm: 2 });
  const ask = (model: string) =>
    post({ url, key }, '/v1/chat/completions', { ...hello, model }).then(({ status }) => status);
  assert.equal(await ask('openai/gpt-5-mini!fault=401'), 502);
  const benched = () => live.current.engine.deployments().flatMap(({ id, healthy }) => (healthy ? [] : [id]));
  const before = benched();
  assert.equal(before.length, 1);

  await writeFile(path, configOf('anthropic/claude-haiku-4-5'));
  await live.reload();
  assert.deepEqual(benched(), before);
  assert.equal(await ask('chosen'), 200);
  assert.equal(await ask('chosen'), 429, 'two requests a minute, counted across the reload');
});

test('a running gateway loads a changed file by itself, and on SIGHUP', async (t) => {
  const simulator = await startSimulator({ latency: 'none' });
  t.after(() => simulator.close());
  const home = tempFolder(t);
  const path = join(home, 'conclave.yaml');
  const write = async (alias: string) => {
    // As editors and mounted volumes do: another file takes over the name.
    await writeFile(
      `${path}.new`,
      `providers: { openai: { baseUrl: "${simulator.url}/openai/v1", apiKey: k } }\naliases: { ${alias}: openai/gpt-5-mini }\n`,
    );
    await rename(`${path}.new`, path);
  };
  await write('first');
  const gateway = await runGateway([], { CONCLAVE_HOME: home, CONCLAVE_CONFIG: path });
  t.after(() => endProcess(gateway.process));
  const status = async (model: string) =>
    (await post(gateway, '/v1/chat/completions', { ...hello, model })).status;
  assert.equal(await status('first'), 200);
  await write('second');
  await until(async () => (await status('second')) === 200, gateway.output, { everyMs: 50 });
  assert.equal(await status('first'), 404);

  const line = once(gateway.process.stderr ?? gateway.process, 'data');
  gateway.process.kill('SIGHUP');
  await line;
  await until(() => gateway.output().split('has been loaded again').length === 3, gateway.output);
  const logged = gateway
    .output()
    .split('\n')
    .filter((text) => text.startsWith('{'))
    .map((text) => JSON.parse(text) as Record<string, unknown>);
  const request = logged.find(({ msg, status }) => msg === 'request' && status === 200);
  assert.deepEqual(
    { ...request, time: 0, pid: 0, durationMs: 0, requestId: '' },
    {
      level: 'info',
      time: 0,
      pid: 0,
      method: 'POST',
      path: '/v1/chat/completions',
      status: 200,
      durationMs: 0,
      keyName: 'local',
      requestId: '',
      model: 'openai/gpt-5-mini',
      msg: 'request',
    },
  );
});

test('a file that has become empty is refused; an empty object asks for the defaults', async (t) => {
  const { live, path, url, key } = await startLiveGateway(t);
  for (const text of ['', '# only a comment\n']) {
    await writeFile(path, text);
    const { refused } = await live.reload();
    assert.match(refused?.reason ?? '', /conclave\.yaml: is empty; for the defaults, write \{\}/);
    assert.equal((await post({ url, key }, '/v1/chat/completions', hello)).status, 200);
  }
  await writeFile(path, '{}');
  const { refused } = await live.reload();
  assert.match(refused?.reason ?? '', /provider/i, 'it is read, and names no provider');
});

test('a gateway that began with a file of comments only may load it again', async (t) => {
  const home = tempFolder(t);
  const configPath = join(home, 'conclave.yaml');
  await writeFile(configPath, '# the defaults\n');
  const live = await openLiveApp({ env: { CONCLAVE_HOME: home }, cwd: home, configPath, simulate: true });
  t.after(() => live.close());
  assert.equal((await live.reload()).refused, undefined);
});
