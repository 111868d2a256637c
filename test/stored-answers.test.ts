import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { ConfigInput } from '../src/config/schema.ts';
import { post, startTestGateway, type TestGateway } from './support/gateway.ts';
import { startKeyedProvider, storedResponse, type KeyedProvider } from './providers/keyed-provider.ts';

const body = { model: 'lab/m', input: 'Hello' };

function configFor(lab: KeyedProvider, more: ConfigInput = {}): ConfigInput {
  return {
    providers: {
      lab: { dialect: 'openai-responses', baseUrl: `${lab.url}/v1`, apiKey: 'key-1', callerKeys: true },
    },
    models: [{ id: 'lab/m' }],
    routing: { retries: 0 },
    ...more,
  };
}

type Holder = { readonly key: string };

async function startLab(t: TestContext, more: ConfigInput = {}) {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, { config: configFor(lab, more) });
  const [alice, bob] = [await keyFor(gateway, 'alice'), await keyFor(gateway, 'bob')];
  lab.behave('key-1', { body: storedResponse('resp_of_alice') });
  const made = await post({ ...gateway, ...alice }, '/v1/responses', { ...body, input: 'My secret is 42.' });
  assert.equal(made.status, 200);
  lab.behave('key-1', { body: storedResponse('resp_next') });
  return { lab, gateway, alice, bob };
}

async function keyFor(gateway: TestGateway, name: string): Promise<Holder> {
  const { key } = await gateway.app.issueKey({ name, budgets: [] });
  return { key };
}

type Answered = {
  readonly status: number;
  readonly error?: { code: string; param: string; message: string };
};

async function ask(gateway: TestGateway, { key }: Holder, more: object, headers = {}): Promise<Answered> {
  const reply = await post({ ...gateway, key }, '/v1/responses', { ...body, ...more }, headers);
  return { ...((await reply.json()) as object), status: reply.status };
}

const alices = { previous_response_id: 'resp_of_alice' };
const strangers = { previous_response_id: 'resp_never_seen' };
const reference = (id: string) => ({ input: [{ type: 'item_reference', id }] });

test('a key goes on with its own stored answer, and finds no other key’s', async (t) => {
  const { lab, gateway, alice, bob } = await startLab(t);
  const before = lab.asked.length;
  const refused = await ask(gateway, bob, alices);
  assert.equal(refused.status, 404);
  assert.equal(refused.error?.code, 'previous_response_not_found');
  assert.equal(refused.error?.param, 'previous_response_id');
  assert.equal((await ask(gateway, bob, { ...alices, stream: true })).status, 404);
  assert.equal(
    (await ask(gateway, { key: gateway.key }, alices)).status,
    404,
    'the local key is no exception',
  );
  assert.equal(lab.asked.length, before, 'the provider was not asked');
  assert.equal((await ask(gateway, alice, alices)).status, 200);
});

test('an id that nobody was given here is told apart from another key’s in no way', async (t) => {
  const { gateway, bob } = await startLab(t);
  const [unknown, others] = [await ask(gateway, bob, strangers), await ask(gateway, bob, alices)];
  const words = ({ status, error }: Answered) => ({
    status,
    ...error,
    message: error?.message.replace(/'resp_\w+'/, 'id'),
  });
  assert.deepEqual(words(unknown), words(others));
});

test('pieces of answers and conversations are as private as the answers', async (t) => {
  const { gateway, alice, bob } = await startLab(t);
  assert.equal(
    (await ask(gateway, alice, reference('msg_of_alice'))).status,
    404,
    'nobody was given this one',
  );
  assert.equal((await ask(gateway, bob, reference('msg_1'))).status, 404);
  assert.equal((await ask(gateway, alice, reference('msg_1'))).status, 200);
  assert.equal((await ask(gateway, bob, { input: [{ id: 'msg_1' }] })).status, 404);
  for (const conversation of ['conv_a', { id: 'conv_a' }])
    assert.equal((await ask(gateway, bob, { conversation })).status, 404);
});

test('this machine’s own key may name what was made before Conclave stood in front; others where the config says so', async (t) => {
  const { gateway } = await startLab(t);
  assert.equal((await ask(gateway, { key: gateway.key }, strangers)).status, 200);
  const open = await startLab(t, { server: { foreignIds: true } });
  assert.equal((await ask(open.gateway, open.bob, strangers)).status, 200);
  assert.equal((await ask(open.gateway, open.bob, { conversation: 'conv_a' })).status, 200);
  assert.equal((await ask(open.gateway, open.bob, alices)).status, 404, 'what alice was given stays hers');
});

test('a caller with a credential of its own may name whatever that one finds', async (t) => {
  const { lab, gateway, bob } = await startLab(t);
  lab.behave('key-of-bob', { body: storedResponse('resp_of_bob') });
  const own = { 'x-conclave-provider-key': 'lab=key-of-bob' };
  for (const named of [strangers, alices]) {
    assert.equal((await ask(gateway, bob, named, own)).status, 200);
    assert.equal(lab.keys().at(-1), 'key-of-bob');
  }
});

test('whose an answer is stays known to other processes and after a restart', async (t) => {
  const { lab, gateway, alice, bob } = await startLab(t);
  const later = await startTestGateway(t, {
    config: configFor(lab),
    env: { CONCLAVE_HOME: gateway.home },
  });
  assert.equal((await ask(later, bob, alices)).status, 404);
  assert.equal((await ask(later, bob, reference('msg_1'))).status, 404);
  assert.equal((await ask(later, alice, alices)).status, 200);
  assert.equal((await ask(later, alice, reference('msg_1'))).status, 200);
});
