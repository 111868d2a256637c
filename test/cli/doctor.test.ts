import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { diagnose, openLiveApp } from '../../src/app.ts';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { startGateway } from '../../src/surfaces/http/gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startLocalServer } from '../support/local-server.ts';

const lab = (port: number) =>
  `providers: { lab: { dialect: openai-chat, baseUrl: "http://127.0.0.1:9/v1" } }\nserver: { port: ${port} }\n`;

test('the doctor reports that a running gateway has refused the new configuration, and why', async (t) => {
  const home = tempFolder(t);
  const path = join(home, 'conclave.yaml');
  await writeFile(path, lab(0));
  const env = { CONCLAVE_HOME: home };
  const live = await openLiveApp({ env, cwd: home, configPath: path });
  const gateway = await startGateway(live, { host: '127.0.0.1', port: 0 });
  // `conclave serve` also creates the local key, for its greeting.
  await live.current.keys.local();
  t.after(async () => {
    await gateway.close();
    await live.close();
  });
  const config = { server: { port: Number(new URL(gateway.url).port) } };
  const portCheck = async () => {
    const { checks } = await diagnose({ env, cwd: home, config, simulate: true });
    return checks.find(({ name }) => name === 'port');
  };
  assert.match((await portCheck())?.found ?? '', /is served by a running Conclave/);

  await writeFile(path, `${lab(0)}sever: {}\n`);
  await live.reload();
  const check = await portCheck();
  assert.equal(check?.state, 'failed');
  assert.match(check?.found ?? '', /unknown key "sever"; did you mean "server"\?/);
});

/** Responds to every request with this status. */
async function statusServer(t: TestContext, status: number): Promise<string> {
  return startLocalServer(t, (_, response) => void response.writeHead(status).end('{}'));
}

async function doctorOf(t: TestContext, config: ConfigInput) {
  const home = tempFolder(t);
  const { checks, next } = await diagnose({
    env: { CONCLAVE_HOME: home },
    cwd: home,
    config: { server: { port: 0 }, ...config },
  });
  return { next, of: (name: string) => checks.find((check) => check.name === name) };
}

test('beside a local server, the doctor reports that all other models are simulated', async (t) => {
  const url = await startLocalServer(t, (_, response) => void response.end('{"models":[]}'));
  const home = tempFolder(t);
  const env = { CONCLAVE_HOME: home, OLLAMA_HOST: url };
  const notesOf = async (options: { simulate?: boolean; config?: ConfigInput }) => {
    const { checks } = await diagnose({ env, cwd: home, ...options });
    return checks.filter(({ name }) => name === 'simulated');
  };
  const [note] = await notesOf({});
  assert.match(
    note?.found ?? '',
    /all other models are simulated, and auto may choose one.*auto:local.*--no-simulate/,
  );
  assert.deepEqual(await notesOf({ simulate: false }), []);
  assert.deepEqual(await notesOf({ config: { server: { port: 0 } } }), []);
});

test('a missing model list at the base URL is reported as a fault of the base URL, not as temporary', async (t) => {
  const url = await statusServer(t, 404);
  const { of, next } = await doctorOf(t, { providers: { openai: { baseUrl: `${url}/v2`, apiKey: 'k' } } });
  assert.equal(of('openai')?.state, 'failed');
  assert.match(of('openai')?.found ?? '', /there is nothing at http:.*\/v2\/models/);
  assert.match(next, /providers\.openai\.baseUrl/);
  const busy = await doctorOf(t, {
    providers: { openai: { baseUrl: await statusServer(t, 503), apiKey: 'k' } },
  });
  assert.match(busy.next, /try again later/);
});

test('a provider that accepts connections and stays silent is said not to answer', async (t) => {
  const url = await startLocalServer(t, () => undefined);
  const { of } = await doctorOf(t, { providers: { openai: { baseUrl: `${url}/v1`, apiKey: 'k' } } });
  assert.equal(of('openai')?.state, 'failed');
  assert.equal(of('openai')?.found, `${url}/v1/models did not answer within 5 seconds`);
});

test('a custom provider with an OpenAI dialect is checked too', async (t) => {
  const at = async (status: number) =>
    (
      await doctorOf(t, {
        providers: {
          lab: { dialect: 'openai-chat', baseUrl: `${await statusServer(t, status)}/v1`, apiKey: 'k' },
        },
      })
    ).of('lab');
  assert.equal((await at(200))?.state, 'ok');
  assert.equal((await at(401))?.state, 'failed');
  const without = await at(404);
  assert.equal(without?.state, 'note', 'a model list is not required');
  assert.match(without?.found ?? '', /calls go below http:.*\/v1$/);
});

test('a base URL that is the address of one endpoint is refused, with what to remove', async (t) => {
  for (const path of ['/v1/chat/completions', '/v1/responses/', '/v1/messages', '/chat/completions']) {
    const { of } = await doctorOf(t, {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `http://127.0.0.1:9${path}` } },
    });
    assert.equal(of('config')?.state, 'failed', path);
    assert.match(of('config')?.found ?? '', /providers\.lab\.baseUrl: is the address of one call: leave out/);
  }
});

test('where anybody may list the models, the key itself is checked', async (t) => {
  const openRouter = (otherwise: number | undefined, typeAtKey: string) =>
    startLocalServer(t, ({ url, headers }, response) => {
      const isValid = headers.authorization === 'Bearer good';
      const atKey = otherwise ?? (isValid ? 200 : 401);
      const status = url === '/api/v1/models' ? 200 : url === '/api/v1/key' ? atKey : 404;
      const type = url === '/api/v1/key' ? typeAtKey : 'application/json';
      response.writeHead(status, { 'content-type': type }).end('{}');
    });
  const checked = async (apiKey: string, otherwise?: number, typeAtKey = 'application/json') => {
    const baseUrl = `${await openRouter(otherwise, typeAtKey)}/api/v1`;
    return (await doctorOf(t, { providers: { openrouter: { baseUrl, apiKey } } })).of('openrouter');
  };
  assert.equal((await checked('good'))?.state, 'ok');
  const refused = await checked('bad');
  assert.deepEqual(
    [refused?.state, refused?.found],
    ['failed', 'providers.openrouter is refused (HTTP 401)'],
  );
  for (const status of [402, 403, 429, 500])
    assert.equal((await checked('good', status))?.state, 'failed', `HTTP ${status} for the key`);
  for (const status of [401, 403, 502])
    assert.equal((await checked('good', status, 'text/html'))?.state, 'failed', `a page with ${status}`);
  assert.equal((await checked('good', 500))?.found, 'HTTP 500 when asked about the key');
  assert.equal(
    (await checked('any', 200, 'text/html; charset=utf-8'))?.state,
    'ok',
    'a page of such a server',
  );
  for (const status of [404, 405, 501])
    assert.equal(
      (await checked('any', status))?.state,
      'ok',
      'a server in front of it that knows only the list',
    );
});

test('a key whose own limit is used up does not work, whether or not its account has credit', async (t) => {
  const checked = async (data: object | string, length?: number) => {
    const text = typeof data === 'string' ? data : JSON.stringify({ data });
    const url = await startLocalServer(t, (_, response) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': length ?? text.length,
      });
      response.write(text, () => response.destroy());
    });
    const baseUrl = `${url}/api/v1`;
    return (await doctorOf(t, { providers: { openrouter: { baseUrl, apiKey: 'k' } } })).of('openrouter');
  };
  const used = await checked({ limit: 5, limit_remaining: 0, limit_reset: 'monthly' });
  assert.deepEqual(
    [used?.state, used?.found],
    ['failed', 'providers.openrouter has reached its own spending limit'],
  );
  assert.match(
    used?.remedy ?? '',
    /raise the limit of the key at https:\/\/openrouter\.ai\S+, or use another/,
  );
  assert.equal((await checked({ limit: 0.1, limit_remaining: -0.02 }))?.state, 'failed');
  for (const works of [
    { limit: 5, limit_remaining: 0.001 },
    { limit: null, limit_remaining: null },
    {},
    '[]',
    'null',
    'not JSON',
    `{"data": {"label": "${'x'.repeat(100_000)}"}}`,
  ])
    assert.equal((await checked(works))?.state, 'ok', JSON.stringify(works).slice(0, 80));
  assert.equal((await checked('{"data": {', 1_000))?.state, 'ok', 'cut short: the key was accepted');
});

test('allowed regions in which nothing runs are found before the first call is refused', async (t) => {
  const url = await statusServer(t, 200);
  const lab = { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k' } as const;
  const routing = { allow: { regions: ['eu-*'] } };
  const nobody = await doctorOf(t, { providers: { lab: { ...lab, region: 'us-east-1' } }, routing });
  assert.equal(nobody.of('routing.allow.regions')?.state, 'failed');
  assert.match(nobody.next, /providers\.<name>\.region/);
  const inside = await doctorOf(t, { providers: { lab: { ...lab, region: 'eu-west-1' } }, routing });
  assert.equal(inside.of('routing.allow.regions')?.state, 'ok');
});

test('what keeps a configuration from working is found without starting: folders, tools, names of models', async (t) => {
  const { of } = await doctorOf(t, { tools: { roots: ['.', '/no/such/folder'] } });
  assert.equal(of('tools.roots.1')?.state, 'failed');
  assert.match(of('tools.roots.1')?.found ?? '', /there is no folder \/no\/such\/folder/);
  const disabled = (await doctorOf(t, { tools: { disabled: ['codereviw'] } })).of('config');
  assert.match(disabled?.found ?? '', /did you mean "codereview"/);

  const home = tempFolder(t, { 'conclave.yaml': 'aliases:\n  fast: sonet\nserver: { port: 0 }\n' });
  const { checks } = await diagnose({ env: { CONCLAVE_HOME: home }, cwd: home, simulate: true });
  const failed = checks.find(({ state }) => state === 'failed');
  assert.match(failed?.found ?? '', /conclave\.yaml:2:9: aliases\.fast: no model "sonet"/);
});

test('a remedy fits the fault: a missing file, a database that cannot be reached, a damaged ledger', async (t) => {
  const home = tempFolder(t, { 'damaged/conclave.db': 'no database '.repeat(1_000) });
  const remedyOf = async (name: string, env: Readonly<Record<string, string>>) => {
    const { checks } = await diagnose({
      env: { CONCLAVE_HOME: home, ...env },
      cwd: home,
      ...(name !== 'config' && { config: { server: { port: 0 } } }),
    });
    return checks.find((check) => check.name === name)?.remedy ?? '';
  };
  assert.match(await remedyOf('config', { CONCLAVE_CONFIG: '/nope.yaml' }), /CONCLAVE_CONFIG/);
  for (const url of ['postgres://127.0.0.1:1/x', 'nonsense'])
    assert.match(await remedyOf('data', { CONCLAVE_DATABASE_URL: url }), /correct CONCLAVE_DATABASE_URL/);
  const damaged = await remedyOf('data', { CONCLAVE_HOME: join(home, 'damaged') });
  assert.match(damaged, /repair/);
  assert.doesNotMatch(damaged, /^set CONCLAVE_HOME/);
});

test('missing keys and folders in tools.keyRoots are named', async (t) => {
  const { of } = await doctorOf(t, { tools: { keyRoots: { ci: ['/no/such/folder'] } } });
  const check = of('tools.keyRoots.ci');
  assert.equal(check?.state, 'failed');
  assert.match(check?.found ?? '', /there is no key "ci"/);
  assert.match(check?.remedy ?? '', /conclave keys/);
  const home = tempFolder(t);
  const env = { CONCLAVE_HOME: home };
  const live = await openLiveApp({ env, cwd: home, config: {}, simulate: true });
  await live.current.keys.issue({ name: 'ci', budgets: [] });
  await live.close();
  const found = async (folder: string) => {
    const config = { server: { port: 0 }, tools: { keyRoots: { ci: [folder] } } };
    const { checks } = await diagnose({ env, cwd: home, config, simulate: true });
    return checks.find(({ name }) => name === 'tools.keyRoots.ci')?.found;
  };
  assert.match((await found('nowhere')) ?? '', /there is no folder nowhere/);
  assert.equal(await found('.'), undefined);
});

test('the doctor that was asked to simulate does not claim that no key is set', async (t) => {
  const home = tempFolder(t);
  const env = { CONCLAVE_HOME: home, ANTHROPIC_API_KEY: 'sk-ant' };
  const config = { server: { port: 0 } };
  const { checks, next } = await diagnose({ env, cwd: home, config, simulate: true });
  const providers = checks.find(({ name }) => name === 'providers');
  assert.match(providers?.found ?? '', /--simulate: answers are simulated, and no provider was checked/);
  assert.match(next, /conclave serve --simulate/);
});

test('the doctor tells a web page from an API', async (t) => {
  const page = await startLocalServer(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Chat</title>');
  });
  const home = tempFolder(t);
  const config: ConfigInput = {
    providers: { lab: { dialect: 'openai-chat', baseUrl: `${page}/v1`, apiKey: 'k' } },
    server: { port: 0 },
  };
  const { checks } = await diagnose({ env: { CONCLAVE_HOME: home }, cwd: home, config });
  const lab = checks.find(({ name }) => name === 'lab');
  assert.equal(lab?.state, 'failed');
  assert.match(lab?.found ?? '', /\/v1\/models is a web page/);
  assert.match(lab?.remedy ?? '', /providers\.lab\.baseUrl/);
});

test('a wrong key and an empty account are recognised, whatever status they are reported with', async (t) => {
  const google = (message: string, word: string, reason?: string) => ({
    error: { message, status: word, ...(reason !== undefined && { details: [{ reason }] }) },
  });
  const cases = [
    {
      provider: 'xai',
      status: 400,
      body: { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: xa***ey.' },
      found: /^providers\.\w+ is refused \(HTTP 400\)/,
      remedy: /set another key; get one at https:\/\/console\.x\.ai/,
    },
    {
      provider: 'google',
      status: 400,
      body: google('API key not valid. Please pass a valid one.', 'INVALID_ARGUMENT', 'API_KEY_INVALID'),
      found: /^providers\.\w+ is refused \(HTTP 400\)/,
      remedy: /set another key; get one at https:\/\/aistudio\.google\.com/,
    },
    {
      provider: 'google',
      status: 400,
      body: google('User location is not supported for the API use.', 'FAILED_PRECONDITION'),
      found: /^providers\.\w+ is refused for this account or country \(HTTP 400\)/,
      remedy: /billing/,
    },
    {
      provider: 'openai',
      status: 403,
      body: {
        error: {
          message: 'Country, region, or territory not supported',
          type: 'request_forbidden',
          param: null,
          code: 'unsupported_country_region_territory',
        },
      },
      found: /^providers\.\w+ is refused for this account or country \(HTTP 403\)/,
      remedy: /billing.*provider/,
    },
    {
      provider: 'xai',
      status: 403,
      body: { code: 'forbidden', error: "Your newly created team doesn't have any credits or licenses yet." },
      found: /the account of providers\.xai has no credit left, or has reached its spending limit/,
      remedy: /add credit or raise the limit/,
    },
    {
      provider: 'anthropic',
      status: 400,
      body: {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'Your credit balance is too low to access the API.',
        },
      },
      found: /the account of providers\.anthropic has no credit left/,
      remedy: /add credit or raise the limit/,
    },
    {
      provider: 'openai',
      status: 429,
      body: { error: { message: 'You exceeded your current quota.', code: 'insufficient_quota' } },
      found: /the account of providers\.openai has no credit left/,
      remedy: /add credit or raise the limit/,
    },
    {
      provider: 'openai',
      status: 400,
      body: { error: { message: 'Something else.' } },
      found: /HTTP 400 for the list of models/,
      remedy: /check providers\.openai\.baseUrl/,
    },
  ];
  for (const { provider, status, body, found, remedy } of cases) {
    const baseUrl = await startLocalServer(t, (_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const { of } = await doctorOf(t, { providers: { [provider]: { baseUrl, apiKey: 'wrong-key' } } });
    const check = of(provider);
    assert.equal(check?.state, 'failed', JSON.stringify(check));
    assert.match(check?.found ?? '', found);
    assert.match(check?.remedy ?? '', remedy);
    assert.doesNotMatch(JSON.stringify(check), /wrong-key|xa\*/);
  }
});
