import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type App, openLiveApp } from '../../src/app.ts';
import { readText, startLocalServer } from '../support/local-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

type Installed = {
  readonly created: number;
  readonly show: object;
  /** Where Ollama forwards the model's calls. */
  readonly remote?: { readonly remote_model: string; readonly remote_host: string };
};

const qwen: Installed = {
  created: 1,
  show: {
    details: { family: 'qwen3', parameter_size: '8.2B' },
    model_info: {
      'general.architecture': 'qwen3',
      'general.parameter_count': 8_190_735_360,
      'qwen3.context_length': 40_960,
    },
    capabilities: ['completion', 'tools', 'thinking'],
  },
};
const embedder: Installed = {
  created: 2,
  show: {
    details: { family: 'nomic-bert', parameter_size: '137M' },
    model_info: { 'general.architecture': 'nomic-bert', 'nomic-bert.context_length': 2_048 },
    capabilities: ['embedding'],
  },
};
const gemma: Installed = {
  created: 3,
  show: {
    details: { family: 'gemma3', parameter_size: '4.3B' },
    model_info: { 'general.architecture': 'gemma3', 'gemma3.context_length': 131_072 },
    capabilities: ['completion', 'vision'],
  },
};

/**
 * Answers as Ollama does, with the models installed at the time. `shown` lists the models whose details were requested,
 * `asked` those that were called.
 */
async function fakeOllama(
  t: TestContext,
  installed: Record<string, Installed>,
  { listAfterMs = 0, showAfter, mayShow = () => true }: Manner = {},
) {
  let listed = 0;
  const shown: string[] = [];
  const asked: string[] = [];
  const url = await startLocalServer(t, async (request, response) => {
    const reply = (body: object, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const { model } = JSON.parse((await readText(request)) || '{}');
    if (request.url === '/api/tags') {
      listed += 1;
      await sleep(listAfterMs);
      const models = Object.entries(installed).map(([name, { created, remote }]) => {
        return { name, model: name, modified_at: new Date(created).toISOString(), ...remote };
      });
      return reply({ models });
    }
    const known = installed[model];
    if (!known) return reply({ error: `model '${model}' not found` }, 404);
    if (request.url === '/api/show') {
      shown.push(model);
      if (!mayShow()) return reply({ error: 'busy' }, 503);
      await showAfter;
      return reply(known.show);
    }
    asked.push(model);
    return reply({
      model,
      created_at: '2026-01-01T00:00:00Z',
      message: { role: 'assistant', content: 'Hello' },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 3,
      eval_count: 1,
    });
  });
  return { url, shown, asked, listed: () => listed };
}

type Manner = {
  readonly listAfterMs?: number;
  readonly showAfter?: Promise<void>;
  /** Whether it describes a model now. Default: always. */
  readonly mayShow?: () => boolean;
};

async function open(t: TestContext, url: string, config: object = {}) {
  const home = tempFolder(t);
  const env = { CONCLAVE_HOME: home, OLLAMA_HOST: url };
  const live = await openLiveApp({ env, cwd: home, config });
  t.after(() => live.close());
  return live;
}

async function answered(app: App, model: string): Promise<boolean> {
  const messages = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello?' }] }];
  const { reply } = await app.calls.ask({
    request: { model, stream: false, messages },
    principal: await app.keys.localPrincipal(),
    surface: 'library',
  });
  return reply.blocks.some((part) => part.type === 'text' && part.text === 'Hello');
}

test('Ollama is queried for the window and capabilities of each of its models', async (t) => {
  const { url, shown } = await fakeOllama(t, { 'qwen3:8b': qwen, 'nomic-embed-text:latest': embedder });
  const live = await open(t, url);
  const { catalogue } = live.current.models;
  const told = catalogue.get('ollama/qwen3:8b');
  assert.equal(told?.contextWindow, 40_960);
  assert.equal(told?.parameters, 8_190_735_360);
  assert.deepEqual(
    [told?.capabilities.tools, told?.capabilities.vision, told?.capabilities.reasoning],
    [true, false, true],
  );
  assert.equal(catalogue.get('ollama/nomic-embed-text:latest')?.capabilities.embeddings, true);
  assert.equal(catalogue.get('ollama/nomic-embed-text:latest')?.parameters, 137_000_000);
  assert.equal(shown.length, 2);
  await live.reload();
  assert.equal(shown.length, 2, 'the details are cached');
});

test('a busy Ollama is waited for if nothing else can answer', async (t) => {
  const { url } = await fakeOllama(t, { 'qwen3:8b': qwen }, { listAfterMs: 800 });
  const { current } = await open(t, url);
  assert.ok(current.models.catalogue.lists('ollama/qwen3:8b'));
});

test('the configuration of a local model overrides what its server reports', async (t) => {
  const { url } = await fakeOllama(t, { 'qwen3:8b': qwen });
  const models = [{ id: 'ollama/qwen3:8b', contextWindow: 16_384, capabilities: ['tools'] }];
  const { current } = await open(t, url, { models });
  const told = current.models.catalogue.get('ollama/qwen3:8b');
  assert.deepEqual([told?.contextWindow, told?.capabilities.reasoning], [16_384, false]);
});

test('an Ollama server configured by its dialect is queried as well', async (t) => {
  const { url } = await fakeOllama(t, { 'gemma3:4b': gemma });
  const providers = { box: { dialect: 'ollama-chat', baseUrl: url, local: true } };
  const { current } = await open(t, 'http://127.0.0.1:9', { providers });
  const told = current.models.catalogue.get('box/gemma3:4b');
  assert.deepEqual([told?.contextWindow, told?.capabilities.vision], [131_072, true]);
});

test('a model that was pulled later is served at once and known from then on', async (t) => {
  const installed: Record<string, Installed> = { 'qwen3:8b': qwen };
  const { url, shown } = await fakeOllama(t, installed);
  const { current } = await open(t, url);
  installed['gemma3:4b'] = gemma;
  assert.ok(await answered(current, 'ollama/gemma3:4b'));
  await until(() => current.models.catalogue.lists('ollama/gemma3:4b'), 'the new model is listed');
  const told = current.models.catalogue.get('ollama/gemma3:4b');
  assert.deepEqual([told?.contextWindow, told?.capabilities.tools], [131_072, false]);
  assert.deepEqual(shown, ['qwen3:8b', 'gemma3:4b'], 'no model is queried twice');
});

test('a slow Ollama delays nothing, and its answer is used once it arrives', async (t) => {
  const held = Promise.withResolvers<void>();
  const { url } = await fakeOllama(t, { 'qwen3:8b': qwen }, { showAfter: held.promise });
  const { current } = await open(t, url);
  assert.ok(await answered(current, 'ollama/qwen3:8b'));
  const windowOf = () => current.models.catalogue.get('ollama/qwen3:8b')?.contextWindow;
  assert.equal(windowOf(), undefined);
  held.resolve();
  await until(() => windowOf() === 40_960, 'the window is known');
});

test('a model that its server would not describe at first is described once it is asked for', async (t) => {
  let isBusy = true;
  const { url, shown } = await fakeOllama(t, { 'qwen3:8b': qwen }, { mayShow: () => !isBusy });
  const { current } = await open(t, url);
  await until(() => shown.length === 2, 'the start, and a look in the background');
  isBusy = false;
  const told = () => current.models.catalogue.get('ollama/qwen3:8b');
  assert.equal(told()?.contextWindow, undefined);
  assert.ok(await answered(current, 'ollama/qwen3:8b'));
  await until(() => told()?.capabilities.tools === true, 'its capabilities');
});

test('a name that a local server does not know is not looked up again with every call', async (t) => {
  const { url, listed } = await fakeOllama(t, { 'qwen3:8b': qwen });
  const { current } = await open(t, url);
  const atStart = listed();
  for (let call = 0; call < 10; call += 1) await assert.rejects(answered(current, 'ollama/absent'));
  assert.equal(listed() - atStart, 1);
});

const remote = { remote_model: 'gpt-oss:120b', remote_host: 'https://ollama.com:443' };
const cloud: Installed = { created: 4, show: { ...qwen.show, ...remote }, remote };

test('sensitive data do not go to the models that Ollama forwards to its cloud', async (t) => {
  const installed = { 'gpt-oss:120b-cloud': cloud, 'a-copy:latest': cloud, 'gemma3:4b': gemma };
  const { url, asked } = await fakeOllama(t, installed);
  const { current } = await open(t, url);
  for (const id of ['ollama/gpt-oss:120b-cloud', 'ollama/a-copy:latest']) {
    const model = current.models.catalogue.get(id);
    assert.deepEqual([model?.local, model?.price], [false, undefined], id);
  }
  const principal = await current.keys.localPrincipal();
  const messages = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello?' }] }];
  const ask = (model: string, tags: readonly string[]) =>
    current.calls.ask({ request: { model, stream: false, messages }, principal, surface: 'library', tags });
  await ask('auto', ['sensitive']);
  await ask('auto:local', []);
  for (const name of ['a-copy:latest', 'gpt-oss:120b-cloud', 'not-pulled:cloud']) {
    await assert.rejects(ask(`ollama/${name}`, ['sensitive']), /only local models may see this call/, name);
  }
  assert.deepEqual(asked, ['gemma3:4b', 'gemma3:4b']);
});

test('a model that Ollama forwards is not exempt from the places that the configuration allows', async (t) => {
  const { url, asked } = await fakeOllama(t, { 'a-copy:latest': cloud, 'gemma3:4b': gemma });
  const models = [{ id: 'ollama/a-copy:latest', like: 'gpt-oss-120b' }];
  const { current } = await open(t, url, { models, routing: { allow: { providers: ['openai'] } } });
  assert.ok(await answered(current, 'ollama/gemma3:4b'));
  await assert.rejects(answered(current, 'ollama/a-copy:latest'), /not allowed/);
  assert.deepEqual(asked, ['gemma3:4b']);
});

test('sensitive data do not go to a deployment of a local model at a public address', async (t) => {
  const { url } = await fakeOllama(t, { 'gemma3:4b': gemma });
  const deployments = [{ model: 'ollama/gemma3:4b', baseUrl: 'https://ollama.example.com' }];
  const { current } = await open(t, url, { deployments });
  const messages = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello?' }] }];
  const { decision } = await current.router.preview({
    request: { model: 'ollama/gemma3:4b', stream: false, messages },
    surface: 'library',
    tags: ['sensitive'],
  });
  assert.deepEqual(
    [decision.ranked.map(({ deployment }) => deployment), decision.ruledOut.map(({ rule }) => rule)],
    [['ollama/gemma3:4b'], ['data-policy']],
  );
});

test('a rule for local models goes to the deployment at home, and one elsewhere has no known price', async (t) => {
  const home = await fakeOllama(t, { 'gemma3:4b': gemma });
  const away = await fakeOllama(t, { 'gemma3:4b': gemma });
  const { current } = await open(t, home.url, {
    providers: { far: { dialect: 'ollama-chat', baseUrl: away.url, apiKey: 'k' } },
    deployments: [{ model: 'ollama/gemma3:4b', provider: 'far', weight: 1_000_000 }],
    routing: { rules: [{ name: 'stays here', when: { tag: ['client'] }, use: ['local'] }] },
  });
  const messages = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello?' }] }];
  const ask = async (model: string, tags: readonly string[]) =>
    current.calls.ask({
      request: { model, stream: false, messages },
      principal: await current.keys.localPrincipal(),
      surface: 'library',
      tags,
    });
  for (let n = 0; n < 5; n += 1) await ask('auto', ['client']);
  assert.deepEqual([home.asked.length, away.asked.length], [5, 0]);
  const { steps } = await current.router.preview({
    request: { model: 'auto', stream: false, messages },
    surface: 'library',
    tags: ['client'],
  });
  assert.deepEqual(
    steps[0]?.map(({ deployment, estimate }) => [deployment, estimate]),
    [
      ['ollama/gemma3:4b', 0n],
      ['ollama/gemma3:4b#far', undefined],
    ],
  );
});
