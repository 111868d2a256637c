import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { bareStartMs } from '../support/bare-start.ts';
import { bin, environment, inherited } from '../support/command-line.ts';
import { post } from '../support/gateway.ts';
import { startLocalServer } from '../support/local-server.ts';
import { endProcess, runGateway } from '../support/running-gateway.ts';

const run = promisify(execFile);

test("without any key it starts with simulated models, reports so, and its ledger equals the simulator's bill", async (t) => {
  const home = await temporaryFolder(t);
  const before = await bareStartMs();
  const gateway = await runGateway([], { CONCLAVE_HOME: home });
  t.after(() => endProcess(gateway.process));
  const bareMs = Math.max(before, await bareStartMs());
  assert.match(gateway.output(), /providers +\d+ simulated, \d+ of them with known models/);
  for (const line of ['curl http', 'OPENAI_BASE_URL=', 'ANTHROPIC_BASE_URL='])
    assert.ok(gateway.output().includes(line), line);
  assert.equal((await stat(join(home, 'local.key'))).mode & 0o777, 0o600);
  assert.ok(
    gateway.readyMs < 10_000 + 50 * bareMs,
    `ready after ${gateway.readyMs} ms, Node alone after ${bareMs} ms; the requirement of 2 s is the benchmark's`,
  );

  const models = [
    'auto',
    'auto:economy',
    'auto:frontier',
    'sonnet',
    'gpt-mini',
    'deepseek',
    'openai/gpt-5.4-nano',
    'gemini-flash',
  ];
  const prompts = [
    'Hello',
    'What is 12 * 12?',
    `Summarise this. ${'The river runs to the sea. '.repeat(400)}`,
  ];
  const calls = models.flatMap((model) =>
    prompts.flatMap((content) =>
      ['/v1/chat/completions', '/v1/messages'].flatMap((path) =>
        [false, true].map((stream) => ({
          path,
          body: { model, stream, max_tokens: 300, messages: [{ role: 'user', content }] },
        })),
      ),
    ),
  );
  const waiting = [...calls];
  const caller = async () => {
    for (let call = waiting.shift(); call; call = waiting.shift()) {
      const reply = await post(gateway, call.path, call.body);
      const text = await reply.text();
      assert.equal(
        reply.status,
        200,
        `${call.path} ${JSON.stringify(call.body).slice(0, 100)} ${text.slice(0, 300)}`,
      );
      assert.equal(reply.headers.get('x-conclave-simulated'), 'true');
    }
  };
  await Promise.all(Array.from({ length: 12 }, caller));

  // A call that reaches no provider is free, and all spending still counts as simulated.
  const wrong = await post(gateway, '/v1/messages', {
    model: 'sonet',
    max_tokens: 5,
    messages: [{ role: 'user', content: 'x' }],
  });
  assert.equal(wrong.status, 404);

  const bill = (await (await fetch(`${gateway.simulatorUrl}/__bill`)).json()) as {
    totalNanoUsd: number;
    calls: number;
  };
  const env = environment(home);
  const { stdout } = await run(process.execPath, [bin, 'costs', '--json'], { env });
  const costs = JSON.parse(stdout) as { totalNanoUsd: number; calls: number; simulated: unknown };
  assert.equal(costs.calls, calls.length + 1);
  assert.equal(bill.calls, calls.length);
  assert.ok(bill.totalNanoUsd > 0);
  assert.equal(costs.totalNanoUsd, bill.totalNanoUsd);
  assert.equal(costs.simulated, true);

  const pages = await run(process.execPath, [bin, 'costs', '--by', 'tier'], { env });
  assert.match(pages.stdout, /simulated money/);
});

test('standard output that no terminal shows names the place of the key, and standard error is one JSON object per line', async (t) => {
  const home = await temporaryFolder(t);
  const quoted = join(home, "o'brien$(folder)");
  await mkdir(quoted);
  const given = 'ck-given-by-the-operator-0123456789';
  const places: Record<string, string>[] = [
    { CONCLAVE_HOME: home },
    { CONCLAVE_HOME: quoted },
    { CONCLAVE_HOME: home, CONCLAVE_API_KEY: given },
  ];
  for (const env of places) {
    const gateway = await runGateway(['--simulate'], env);
    let log = '';
    gateway.process.stderr?.on('data', (data: Buffer) => {
      log += data.toString();
    });
    assert.equal((await fetch(`${gateway.url}/metrics`, { headers: bearer(gateway.key) })).status, 200);
    await endProcess(gateway.process);
    assert.ok(!gateway.output().includes(gateway.key), gateway.output());
    const assignment = /^ *(KEY=.*)$/m.exec(gateway.output())?.[1];
    const { stdout } = await run('sh', ['-c', `${assignment}; printf %s "$KEY"`], {
      env: { ...inherited, ...env },
    });
    assert.equal(stdout, gateway.key);
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string });
    assert.match(lines.map(({ msg }) => msg).join('; '), /stopping: open streams may finish/);
  }
});

test('a terminal shows the key itself, and lines to paste with it', async (t) => {
  if (spawnSync('script', ['--version']).error) return t.skip('needs script(1)');
  const home = await temporaryFolder(t);
  const words = `'${process.execPath}' '${bin}' serve --simulate --port 0`;
  const shown = spawn('script', ['-qec', words, '/dev/null'], { cwd: home, env: environment(home) });
  let output = '';
  for await (const data of shown.stdout) {
    output += String(data);
    // As Ctrl-C.
    if (output.includes('ANTHROPIC_API_KEY') && shown.stdin.writable) shown.stdin.end('\u0003');
  }
  const key = (await readFile(join(home, 'local.key'), 'utf8')).trim();
  for (const text of [`key        ${key}`, `/#key=${key}`, `OPENAI_API_KEY=${key}`])
    assert.ok(output.includes(text), output);
});

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

test('beside a local server, the first lines say that auto may choose a simulated model, and how to ask a local one', async (t) => {
  const url = await startLocalServer(t, (_, response) => void response.end('{"models":[]}'));
  const outputOf = async (args: readonly string[]) => {
    const home = await temporaryFolder(t);
    const gateway = await runGateway(args, { CONCLAVE_HOME: home, OLLAMA_HOST: url });
    await endProcess(gateway.process);
    return gateway.output();
  };
  const note = /^note +auto may choose a simulated model; auto:local asks ollama; --no-simulate/m;
  assert.match(await outputOf([]), note);
  assert.doesNotMatch(await outputOf(['--no-simulate']), /^note/m);
  assert.doesNotMatch(await outputOf(['--simulate']), /^note/m);
});

test('a start that cannot work reports why in one line, exits with 2 and changes nothing', async (t) => {
  const folder = await temporaryFolder(t);
  const cases: {
    title: string;
    args?: string[];
    files?: Record<string, string>;
    env?: Record<string, string>;
    says: RegExp;
  }[] = [
    {
      title: 'an unknown config key',
      files: { 'conclave.yaml': 'server:\n  prot: 4141\n' },
      says: /conclave\.yaml:2:\d+: unknown key "server\.prot"; did you mean "port"\?/,
    },
    {
      title: 'bad YAML',
      files: { 'conclave.yaml': 'server: {port: 1\nproviders: [' },
      says: /conclave\.yaml:\d+:\d+: /,
    },
    {
      title: 'a value of the wrong type',
      files: { 'conclave.yaml': 'server: { port: high }\n' },
      says: /conclave\.yaml:1:\d+: server\.port: /,
    },
    {
      title: 'a missing variable',
      files: { 'conclave.yaml': 'providers:\n  openai: { apiKey: "${NO_SUCH_KEY_HERE}" }\n' },
      says: /conclave\.yaml:2:\d+: the variable NO_SUCH_KEY_HERE is not set/,
    },
    {
      title: 'a missing config file',
      args: ['--config', 'nowhere.yaml'],
      says: /nowhere\.yaml: there is no such file/,
    },
    {
      title: 'a config without providers',
      files: { 'conclave.yaml': 'aliases: {}\n' },
      says: /No provider: .*ANTHROPIC_API_KEY.*--simulate.*createConclave\(\{ simulate: true \}\)/,
    },
    {
      title: 'an alias of a model that does not exist',
      args: ['--simulate'],
      files: { 'conclave.yaml': 'aliases: { mine: sonet }\n' },
      says: /aliases\.mine: .*sonnet/,
    },
    {
      title: 'a fallback to an unknown model',
      args: ['--simulate'],
      files: { 'conclave.yaml': 'routing: { fallbacks: { "anthropic/*": [sonet] } }\n' },
      says: /routing\.fallbacks\.anthropic\/\*: .*sonnet/,
    },
    {
      title: 'a data folder that cannot be created',
      env: { CONCLAVE_HOME: '/proc/conclave/home' },
      says: /the data folder cannot be used/,
    },
    {
      title: 'a data folder that is a file',
      files: { afile: '' },
      env: { CONCLAVE_HOME: join(folder, 'afile') },
      says: /afile: the data folder cannot be used/,
    },
  ];
  const { writeFile, readdir } = await import('node:fs/promises');
  for (const [i, { title, args = [], files = {}, env = {}, says }] of cases.entries()) {
    const cwd = join(folder, String(i));
    await mkdir(cwd);
    for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
    const home = join(cwd, 'home');
    if (env['CONCLAVE_HOME']?.startsWith(folder)) await writeFile(env['CONCLAVE_HOME'], '');
    const before = await readdir(cwd);
    const ended = await run(process.execPath, [bin, 'serve', '--port', '0', ...args], {
      cwd,
      env: { ...environment(home), ...env },
    }).then(
      () => assert.fail(`${title}: it started`),
      (error: { code: number; stderr: string }) => error,
    );
    assert.equal(ended.code, 2, `${title}: ${ended.stderr}`);
    assert.match(ended.stderr, says, title);
    assert.equal(ended.stderr.trimEnd().split('\n').length, 1, `${title}: one line\n${ended.stderr}`);
    const made = (await readdir(cwd)).filter((name) => !before.includes(name) && name !== 'home');
    assert.deepEqual(made, [], title);
  }
});

test('the ledger commands work with a config that describes its own models', async (t) => {
  const cwd = await temporaryFolder(t);
  const { writeFile } = await import('node:fs/promises');
  await writeFile(
    join(cwd, 'conclave.yaml'),
    'providers: { lab: { dialect: openai-chat, baseUrl: "http://127.0.0.1:9/v1" } }\nmodels: [{ id: lab/m1 }]\n',
  );
  const { stdout } = await run(process.execPath, [bin, 'costs', '--json'], {
    cwd,
    env: { ...inherited, CONCLAVE_HOME: join(cwd, 'home') },
  });
  assert.equal(JSON.parse(stdout).calls, 0);
});

test('a file that cannot be attached is a usage error, reported in one line', async (t) => {
  const cwd = await temporaryFolder(t);
  const asking = run(process.execPath, [bin, 'ask', '--simulate', 'What is it?', '--file', 'nowhere.md'], {
    cwd,
    env: { ...inherited, CONCLAVE_HOME: join(cwd, 'home') },
  });
  asking.child.stdin?.end();
  const ended = await asking.then(
    () => assert.fail('it answered'),
    (error: { code: number; stderr: string }) => error,
  );
  assert.equal(ended.code, 2);
  assert.match(ended.stderr, /^conclave: --file nowhere\.md cannot be read: .*\n$/);
});

test('a port in use is named, with the remedy', async (t) => {
  const home = await temporaryFolder(t);
  const gateway = await runGateway(['--simulate'], { CONCLAVE_HOME: home });
  t.after(() => endProcess(gateway.process));
  const port = new URL(gateway.url).port;
  const ended = await run(process.execPath, [bin, 'serve', '--simulate', '--port', port], {
    env: environment(home),
  }).then(
    () => assert.fail('it started'),
    (error: { code: number; stderr: string }) => error,
  );
  assert.equal(ended.code, 2);
  assert.match(ended.stderr, new RegExp(`port ${port} is taken; .*--port`));
});

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'conclave-first-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
