import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { messageItem, responseOf } from '../support/responses-reply.ts';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { claudeReply } from '../support/claude-reply.ts';
import { startKeyedProvider, type KeyedProvider } from '../providers/keyed-provider.ts';

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
  lab.behave('key-1', { body: responseOf('Hello.', { id: 'resp_of_alice' }) });
  const made = await post({ ...gateway, ...alice }, '/v1/responses', { ...body, input: 'My secret is 42.' });
  assert.equal(made.status, 200);
  lab.behave('key-1', { body: responseOf('Hello.', { id: 'resp_next' }) });
  return { lab, gateway, alice, bob };
}

async function keyFor(gateway: TestGateway, name: string): Promise<Holder> {
  const { key } = await gateway.app.keys.issue({ name, budgets: [] });
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

test('a key can continue from its own stored answer, but not from another key’s', async (t) => {
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

test('an unknown id is indistinguishable from another key’s id', async (t) => {
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

test('the local key may use answers created before Conclave was in front; other keys only if the config says so', async (t) => {
  const { gateway } = await startLab(t);
  assert.equal((await ask(gateway, { key: gateway.key }, strangers)).status, 200);
  const open = await startLab(t, { server: { foreignIds: true } });
  assert.equal((await ask(open.gateway, open.bob, strangers)).status, 200);
  assert.equal((await ask(open.gateway, open.bob, { conversation: 'conv_a' })).status, 200);
  assert.equal((await ask(open.gateway, open.bob, alices)).status, 404, "alice's answers stay private");
});

test('a caller with its own credential may use whatever that credential can access', async (t) => {
  const { lab, gateway, bob } = await startLab(t);
  lab.behave('key-of-bob', { body: responseOf('Hello.', { id: 'resp_of_bob' }) });
  const own = { 'x-conclave-provider-key': 'lab=key-of-bob' };
  for (const named of [strangers, alices]) {
    assert.equal((await ask(gateway, bob, named, own)).status, 200);
    assert.equal(lab.keys().at(-1), 'key-of-bob');
  }
});

test('what a caller’s own credential was given is not recorded, and no other call may use it', async (t) => {
  const { lab, gateway, bob } = await startLab(t);
  const own = { 'x-conclave-provider-key': 'lab=key-of-bob' };
  using database = new DatabaseSync(join(gateway.home, 'conclave.db'), { timeout: 5_000 });
  const thoughts = () => database.prepare('SELECT proof FROM thoughts').all().length;
  for (const [key, headers, recorded] of [
    ['key-of-bob', own, 0],
    ['key-1', {}, 1],
  ] as const) {
    lab.behave(key, { body: withThought(`resp_by_${key}`, `proof-by-${key}`) });
    assert.equal((await ask(gateway, bob, {}, headers)).status, 200);
    await gateway.app.ready();
    assert.equal(thoughts(), recorded, key);
  }
  assert.equal((await ask(gateway, bob, { previous_response_id: 'resp_by_key-of-bob' })).status, 404);
  const { ledger } = await gateway.store();
  const kept = await ledger.keepersOf(['resp_by_key-of-bob', 'resp_by_key-1']);
  assert.deepEqual([...kept.keys()], ['resp_by_key-1']);
});

function withThought(id: string, proof: string): object {
  const thought = { type: 'reasoning', id: `rs_of_${id}`, summary: [], encrypted_content: proof };
  return responseOf([thought, messageItem()], { id });
}

test('a call that continues a stored answer reserves for the prompt and the answer that its provider reads again', async (t) => {
  const { gateway, alice } = await startLab(t, { models: [{ id: 'lab/m', price: { input: 1, output: 2 } }] });
  const reserves = async (more: object) => {
    const dry = { 'x-conclave-dry-run': 'true' };
    const reply = await post({ ...gateway, ...alice }, '/v1/responses', { ...body, ...more }, dry);
    return Math.round(((await reply.json()) as { reserves_usd: number }).reserves_usd * 1e6);
  };
  assert.equal((await reserves(alices)) - (await reserves({})), 15, '10 tokens asked and 5 answered, at $1');
});

test('the owner of an answer is known to other processes and after a restart', async (t) => {
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

const claudes = { model: 'claude/m', max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] };

function message(id: string, more: object = {}): object {
  return { ...claudeReply(), id, ...more };
}

/** As an Anthropic server streams it: the container is told with the end. */
function streamed(id: string, container: string): string {
  const { content: _, ...begun } = message(id) as { content: unknown }; // made just above
  const events: readonly (readonly [type: string, body: object])[] = [
    ['message_start', { message: { ...begun, content: [], stop_reason: null } }],
    ['content_block_start', { index: 0, content_block: { type: 'text', text: '' } }],
    ['content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hello.' } }],
    ['content_block_stop', { index: 0 }],
    [
      'message_delta',
      { delta: { stop_reason: 'end_turn', container: { id: container } }, usage: { output_tokens: 5 } },
    ],
    ['message_stop', {}],
  ];
  return events
    .map(([type, body]) => `event: ${type}\ndata: ${JSON.stringify({ type, ...body })}\n\n`)
    .join('');
}

async function startClaude(t: TestContext, quirks = {}) {
  let answers = 0;
  const claude = await startEchoingProvider(t, ({ body: asked }) => {
    const id = `msg_${++answers}`;
    if (asked['stream']) return { body: streamed(id, 'container_streamed') };
    return { body: message(id, asked['tools'] ? { container: { id: 'container_a' } } : {}) };
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: { claude: { dialect: 'anthropic-messages', baseUrl: claude.url, apiKey: 'k', quirks } },
      models: [{ id: 'claude/m' }],
      routing: { retries: 0 },
    },
  });
  const [alice, bob] = [await keyFor(gateway, 'alice'), await keyFor(gateway, 'bob')];
  const say = async ({ key }: Holder, more: object) => {
    const reply = await post({ ...gateway, key }, '/v1/messages', { ...claudes, ...more });
    const text = await reply.text();
    return { status: reply.status, text, id: /"id":"(msg_\w+)"/.exec(text)?.[1] ?? '' };
  };
  return { claude, alice, bob, say };
}

test('a conversation stored by Anthropic continues only with the key that began it', async (t) => {
  const { claude, alice, bob, say } = await startClaude(t);
  const begun = await say(alice, { thread: { type: 'create' } });
  const plain = await say(alice, {});
  const on = (id: string) => ({ thread: { type: 'continue', previous_message_id: id } });
  const before = claude.received.length;
  const refused = await say(bob, on(begun.id));
  assert.equal(refused.status, 404, refused.text);
  assert.match(refused.text, /not_found_error.*Message with id 'msg_\d+' not found/);
  assert.equal((await say(alice, on(plain.id))).status, 404, 'nobody asked for that one to be kept');
  assert.equal(claude.received.length, before, 'the provider was not asked');
  const next = await say(alice, on(begun.id));
  assert.equal(next.status, 200, next.text);
  assert.equal((await say(alice, on(next.id))).status, 200);
});

test('a container and its files are accessible only to the key that created it, streamed or not', async (t) => {
  const { alice, bob, say } = await startClaude(t);
  const tools = [{ type: 'code_execution_20250825', name: 'code_execution' }];
  assert.equal((await say(alice, { tools })).status, 200);
  assert.equal((await say(alice, { tools, stream: true })).status, 200);
  for (const id of ['container_a', 'container_streamed']) {
    for (const container of [id, { id, skills: [] }]) {
      const refused = await say(bob, { tools, container });
      assert.equal(refused.status, 404, refused.text);
      assert.match(refused.text, /Container with id 'container_\w+' not found/);
      assert.equal((await say(alice, { tools, container })).status, 200);
    }
  }
  const skills = { skills: [{ type: 'anthropic', skill_id: 'pdf' }] };
  assert.equal((await say(bob, { tools, container: skills })).status, 200, 'a new one is nobody’s yet');
});

test('an answer that is written anew names its container, whole and streamed, so that the client can go on in it', async (t) => {
  const { alice, say } = await startClaude(t, { rewritesReplies: true });
  const tools = [{ type: 'code_execution_20250825', name: 'code_execution' }];
  const whole = await say(alice, { tools });
  assert.deepEqual((JSON.parse(whole.text) as { container?: object }).container, { id: 'container_a' });
  const { text } = await say(alice, { tools, stream: true });
  const [, end = ''] = /event: message_delta\ndata: (.*)\n/.exec(text) ?? [];
  const { delta } = JSON.parse(end) as { delta: object };
  assert.partialDeepStrictEqual(delta, { stop_reason: 'end_turn', container: { id: 'container_streamed' } });
  assert.doesNotMatch((await say(alice, {})).text, /container/);
});

test('containers of OpenAI’s code interpreter and shell belong to the key that created them', async (t) => {
  const { lab, gateway, alice, bob } = await startLab(t);
  const call = {
    type: 'code_interpreter_call',
    id: 'ci_1',
    container_id: 'cntr_a',
    code: '1',
    status: 'completed',
  };
  lab.behave('key-1', { body: responseOf([call, messageItem()], { id: 'resp_code', store: false }) });
  const auto = { tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] };
  assert.equal((await ask(gateway, alice, auto)).status, 200);
  for (const tool of [
    { type: 'code_interpreter', container: 'cntr_a' },
    { type: 'shell', environment: { type: 'container_reference', container_id: 'cntr_a' } },
  ]) {
    assert.equal((await ask(gateway, bob, { tools: [tool] })).status, 404);
    assert.equal((await ask(gateway, alice, { tools: [tool] })).status, 200);
  }
});

test('a background request is refused before any call: its result could not be fetched, nor its cost recorded', async (t) => {
  const { lab, gateway, alice } = await startLab(t);
  const before = lab.asked.length;
  for (const more of [{}, { stream: true }, { store: true }]) {
    const refused = await ask(gateway, alice, { background: true, ...more });
    assert.deepEqual([refused.status, refused.error?.param], [400, 'background']);
    assert.match(refused.error?.message ?? '', /Leave it out: with "stream": true/);
  }
  assert.equal(lab.asked.length, before);
  assert.equal((await ask(gateway, alice, { background: false })).status, 200);
});

test('the tokens of a stored answer are reserved, also by a process that has not seen it', async (t) => {
  const lab = await startKeyedProvider(t);
  const usage = { input_tokens: 300_000, output_tokens: 100, total_tokens: 300_100 };
  lab.behave('key-1', { body: { ...responseOf('Hello.', { id: 'resp_long' }), usage } });
  const config = configFor(lab, { models: [{ id: 'lab/m', price: { input: 1, output: 1 } }] });
  const gateway = await startTestGateway(t, { config });
  const { key } = await gateway.app.keys.issue({
    name: 'frugal',
    budgets: [{ window: 'day', limitUsd: 0.5, unknownPrices: 'refuse' }],
  });
  const short = { max_output_tokens: 100 };
  assert.equal((await ask(gateway, { key }, short)).status, 200);
  const before = lab.asked.length;
  const next = { ...short, previous_response_id: 'resp_long' };
  const refused = await ask(gateway, { key }, next);
  assert.equal(refused.status, 429, JSON.stringify(refused));
  const another = await startTestGateway(t, { config, env: { CONCLAVE_HOME: gateway.home } });
  assert.equal((await ask(another, { key }, next)).status, 429);
  const ceiling = { 'x-conclave-max-cost-usd': '0.01' };
  assert.equal((await ask(another, { key }, next, ceiling)).status, 400);
  assert.equal(lab.asked.length, before, 'the provider was not asked');
});

test('a stored answer does not make a request too long: the provider may drop its reasoning or truncate it', async (t) => {
  const lab = await startKeyedProvider(t);
  const usage = {
    input_tokens: 345_000,
    output_tokens: 60_000,
    output_tokens_details: { reasoning_tokens: 59_000 },
    total_tokens: 405_000,
  };
  lab.behave('key-1', { body: { ...responseOf('Hello.', { id: 'resp_long' }), usage } });
  const models = [{ id: 'lab/m', contextWindow: 400_000, maxOutputTokens: 100_000 }];
  const gateway = await startTestGateway(t, { config: configFor(lab, { models }) });
  const { key } = await gateway.app.keys.issue({ name: 'long', budgets: [] });
  assert.equal((await ask(gateway, { key }, {})).status, 200);
  assert.equal((await ask(gateway, { key }, { previous_response_id: 'resp_long' })).status, 200);
});

test('a request that may go to several models goes to the one whose provider holds what it refers to', async (t) => {
  const lab = await startKeyedProvider(t);
  lab.behave('key-1', { body: responseOf('Hello.', { id: 'resp_1' }) });
  const other = { dialect: 'openai-responses' as const, baseUrl: `${lab.url}/v1`, apiKey: 'key-other' };
  const { providers } = configFor(lab);
  const gateway = await startTestGateway(t, {
    config: configFor(lab, {
      providers: {
        ...providers,
        claude: { dialect: 'anthropic-messages', baseUrl: lab.url, apiKey: 'key-claude' },
        other,
      },
      models: [{ id: 'lab/m' }, { id: 'claude/m' }, { id: 'claude/alone' }, { id: 'other/m' }],
      routing: { retries: 0, fallbacks: { 'claude/m': ['lab/m'] } },
    }),
  });
  const owner = { key: gateway.key };
  assert.equal((await ask(gateway, owner, {})).status, 200);
  const continued = { previous_response_id: 'resp_1' };
  for (const [what, more] of Object.entries({
    'a list': { ...continued, model: 'claude/alone', models: ['lab/m'] },
    'configured fallbacks': { ...continued, model: 'claude/m' },
    'a provider of the same dialect first': { ...continued, model: 'other/m', models: ['lab/m'] },
    "a tool of the dialect's own": { model: 'claude/m', tools: [{ type: 'web_search' }] },
  })) {
    const before = lab.keys().length;
    const reply = await ask(gateway, owner, more);
    assert.equal(reply.status, 200, `${what}: ${reply.error?.message}`);
    assert.deepEqual(lab.keys().slice(before), ['key-1'], what);
  }
  const alone = await ask(gateway, owner, { ...continued, model: 'claude/alone' });
  assert.equal(alone.status, 400);
});
