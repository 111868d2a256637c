import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEchoingProvider, type Received, type Said } from '../providers/echoing-provider.ts';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';
import { completion } from '../support/chat-replies.ts';
import { startLocalServer } from '../support/local-server.ts';
import { responseOf } from '../support/responses-reply.ts';
import { until } from '../support/until.ts';

// A 404 of one request is not taken for the absence of a path that serves other requests.

const model = 'openai/gpt-6-sol';
const tools = [
  { type: 'function', name: 'f', parameters: { type: 'object', properties: {} }, strict: false },
];
const plain = { model, input: 'hi', tools, reasoning: { effort: 'high' } };
const stale = {
  model,
  store: false,
  input: [
    { role: 'user', content: 'a' },
    { type: 'reasoning', id: 'rs_stale', summary: [] },
    { role: 'user', content: 'b' },
  ],
};

/** OpenAI, which serves both of its paths, and answers some requests in the test's own way. */
async function openAi(t: Cleanup, says: (asked: Received) => Said | undefined) {
  const provider = await startEchoingProvider(
    t,
    (asked) => says(asked) ?? { body: asked.path.endsWith('/responses') ? responseOf() : completion() },
  );
  const gateway = await startTestGateway(t, {
    config: { providers: { openai: { baseUrl: `${provider.url}/v1`, apiKey: 'k' } } },
  });
  return { gateway, paths: () => provider.received.splice(0).map(({ path }) => path) };
}

test('an item that OpenAI has not stored is a 404 for the caller, and other requests still use Responses', async (t) => {
  const error = {
    message: "Item with id 'rs_stale' not found. Items are not persisted when `store` is set to false.",
    type: 'invalid_request_error',
    param: 'input',
    code: null,
  };
  const { gateway, paths } = await openAi(t, ({ body }) =>
    JSON.stringify(body).includes('rs_stale') ? { status: 404, body: { error } } : undefined,
  );
  for (let turn = 0; turn < 6; turn += 1) {
    const refused = await post(gateway, '/v1/responses', stale);
    assert.equal(refused.status, 404);
    assert.match(await refused.text(), /Item with id 'rs_stale' not found.*"param":"input"/);
  }
  const reply = await post(gateway, '/v1/responses', plain);
  assert.equal(reply.status, 200, await reply.text());
  assert.deepEqual([...new Set(paths())], ['/v1/responses']);
  assert.equal(gateway.app.engine.deployments().find(({ id }) => id.startsWith(model))?.healthy, true);
});

test('a path that has worked is not assumed missing after one 404 from a proxy', async (t) => {
  let rollingOut = false;
  const { gateway, paths } = await openAi(t, () =>
    rollingOut ? { status: 404, body: { detail: 'Not Found' } } : undefined,
  );
  assert.equal((await post(gateway, '/v1/responses', plain)).status, 200);
  rollingOut = true;
  assert.equal((await post(gateway, '/v1/responses', plain)).status, 404);
  rollingOut = false;
  assert.equal((await post(gateway, '/v1/responses', plain)).status, 200);
  assert.equal(paths().at(-1), '/v1/responses');
});

test('nor is it if another path answers the call meanwhile', async (t) => {
  let rollingOut = false;
  const { gateway, paths } = await openAi(t, ({ path }) =>
    rollingOut && path.endsWith('/responses') ? { status: 404, body: { detail: 'Not Found' } } : undefined,
  );
  for (rollingOut of [false, true, false])
    assert.equal((await post(gateway, '/v1/responses', plain)).status, 200);
  assert.deepEqual(paths(), ['/v1/responses', '/v1/responses', '/v1/chat/completions', '/v1/responses']);
});

test('a provider that lacks one path is not passed over while its other path answers', async (t) => {
  const [atChat, atResponses] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const waiting = { chat: 0, responses: 0 };
  const url = await startLocalServer(t, async (request, response) => {
    request.resume();
    const isChat = request.url?.endsWith('/completions') === true;
    waiting[isChat ? 'chat' : 'responses'] += 1;
    await (isChat ? atChat : atResponses).promise;
    response.writeHead(isChat ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isChat ? { detail: 'Not Found' } : responseOf()));
  });
  const spare = await startEchoingProvider(t, () => ({ body: completion() }));
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        openai: { baseUrl: `${url}/v1`, apiKey: 'k' },
        spare: { dialect: 'openai-chat', baseUrl: `${spare.url}/v1`, apiKey: 'k' },
      },
      routing: { fallbacks: { 'openai/*': ['spare/m'] } },
    },
  });
  const messages = [{ role: 'user', content: 'hi' }];
  const ask = () => post(gateway, '/v1/chat/completions', { model: 'openai/gpt-x', messages });
  const first = Array.from({ length: 6 }, ask);
  await until(() => waiting.chat === 6, 'the first calls');
  atChat.resolve();
  await until(() => waiting.responses === 6, 'the first calls at the other path');
  const next = ask();
  await until(() => waiting.responses + spare.received.length === 7, 'the next call');
  atResponses.resolve();
  for (const reply of await Promise.all([...first, next]))
    assert.equal(reply.headers.get('x-conclave-model'), 'openai/gpt-x', await reply.text());
});

test('a model that is refused over chat is called over Responses, and other models still over chat', async (t) => {
  const error = {
    message: 'This model is only supported in v1/responses and not in v1/chat/completions.',
    type: 'invalid_request_error',
    param: 'model',
    code: null,
  };
  const { gateway, paths } = await openAi(t, ({ path, body }) =>
    path.endsWith('/completions') && body['model'] === 'gpt-x-codex'
      ? { status: 404, body: { error } }
      : undefined,
  );
  const messages = [{ role: 'user', content: 'hi' }];
  for (const name of ['openai/gpt-x-codex', 'openai/gpt-x']) {
    const reply = await post(gateway, '/v1/chat/completions', { model: name, messages });
    assert.equal(reply.status, 200, await reply.text());
  }
  assert.deepEqual(paths(), ['/v1/chat/completions', '/v1/responses', '/v1/chat/completions']);
});
