import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { openTestGateway, post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { completion } from '../support/chat-replies.ts';
import { modelRequests } from '../support/model-requests.ts';

// If Conclave chooses the model, the caller gets no error about fields that the chosen model rejects: they are changed
// or left out, with a warning, even if the rest is relayed. A request that names its model is relayed unchanged. The
// simulator rejects what the real APIs reject.

let openai: TestGateway;
let anthropic: TestGateway;
before(async () => {
  openai = await openTestGateway({
    config: ({ url }) => ({
      providers: { openai: { baseUrl: `${url}/openai/v1`, apiKey: 'k' } },
      aliases: { newest: 'openai/gpt-6-sol' },
    }),
  });
  anthropic = await openTestGateway({
    config: ({ url }) => ({
      providers: { anthropic: { baseUrl: `${url}/anthropic`, apiKey: 'k' } },
      aliases: { older: 'anthropic/claude-haiku-4-5' },
    }),
  });
});
after(async () => {
  await openai.close();
  await anthropic.close();
});

const messages = [{ role: 'user', content: 'Say hello.' }];
const gpt = { messages, temperature: 0.2, top_p: 0.5, custom_member: 1 };

async function ask(gateway: TestGateway, path: string, body: object) {
  const reply = await post(gateway, path, body);
  const text = await reply.text();
  const sent = modelRequests(gateway.simulator).at(-1);
  assert.ok(sent);
  const warnings = reply.headers.get('x-conclave-warnings') ?? '';
  return {
    status: reply.status,
    text,
    warnings,
    path: sent.path,
    sent: sent.body as Record<string, unknown>, // our own gateway wrote it
  };
}

for (const model of ['auto', 'auto:frontier', 'auto:economy', 'newest', 'gpt']) {
  test(`${model}: sampling options that OpenAI's chosen model rejects are left out of a relayed request`, async () => {
    const chat = await ask(openai, '/v1/chat/completions', { ...gpt, model });
    assert.equal(chat.status, 200, chat.text);
    assert.equal(chat.path, '/openai/v1/chat/completions');
    const responses = await ask(openai, '/v1/responses', {
      model,
      input: 'Hi',
      temperature: 0.2,
      top_p: 0.5,
    });
    assert.equal(responses.status, 200, responses.text);
    for (const { sent, warnings } of [chat, responses]) {
      assert.deepEqual([sent['temperature'], sent['top_p']], [undefined, undefined]);
      assert.match(warnings, /"temperature" was left out: gpt-\S+ does not support it/);
    }
    assert.equal(chat.sent['custom_member'], 1);
  });
}

test('with effort none the model accepts sampling options, and the request is relayed unchanged', async () => {
  const body = { ...gpt, model: 'auto', reasoning_effort: 'none' };
  const { status, sent, warnings } = await ask(openai, '/v1/chat/completions', body);
  assert.deepEqual([status, sent['temperature'], warnings], [200, 0.2, '']);
});

test('stop sequences that OpenAI’s chosen model rejects are left out of a relayed request', async () => {
  const body = { messages, stop: ['END'], model: 'newest' };
  const { status, text, sent, warnings } = await ask(openai, '/v1/chat/completions', body);
  assert.equal(status, 200, text);
  assert.equal(sent['stop'], undefined);
  assert.match(warnings, /"stop" was left out/);
});

test('an Anthropic client’s stop sequences are sent as far as OpenAI’s model accepts them', async () => {
  const body = { messages, max_tokens: 50, stop_sequences: ['1', '2', '3', '4', '5', '6'] };
  const older = await ask(openai, '/v1/messages', { ...body, model: 'openai/gpt-4o' });
  assert.equal(older.status, 200, older.text);
  assert.deepEqual(older.sent['stop'], ['1', '2', '3', '4']);
  assert.match(older.warnings, /first 4 stop sequences/);
  const tools = [{ name: 'f', input_schema: { type: 'object' } }];
  for (const more of [{}, { tools }]) {
    const newer = await ask(openai, '/v1/messages', { ...body, ...more, model: 'openai/gpt-6-sol' });
    assert.equal(newer.status, 200, newer.text);
    assert.match(newer.warnings, /"stop" was left out/);
  }
});

test('a request that names an OpenAI model gets its refusal', async () => {
  const reply = await post(openai, '/v1/chat/completions', { ...gpt, model: 'openai/gpt-6-sol' });
  assert.equal(reply.status, 400);
  assert.match(await reply.text(), /'temperature' does not support 0.2.*"param":"temperature"/);
});

const claude = { messages, max_tokens: 4_000, metadata: { user_id: 'u' } };
type Changed = { readonly body: object; readonly sent: object; readonly warning: RegExp };

const changed: Readonly<Record<string, Changed>> = {
  'sampling of the newest': {
    body: { model: 'auto:frontier', temperature: 0.2, top_k: 4 },
    sent: { temperature: undefined, top_k: undefined },
    warning: /"temperature" was left out: this model does not support it.*"top_k" was left out/,
  },
  'a budget of the newest': {
    body: { model: 'auto:frontier', thinking: { type: 'enabled', budget_tokens: 2_000 } },
    sent: { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'low' } },
    warning: /does not support a thinking budget; 2000 tokens became the effort "low"/,
  },
  'no thinking of who cannot help it': {
    body: { model: 'opus', thinking: { type: 'disabled' } },
    sent: { thinking: undefined, output_config: { effort: 'low' } },
    warning: /always thinks/,
  },
  'freedom of an older one': {
    body: { model: 'older', thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
    sent: { thinking: { type: 'enabled', budget_tokens: 1_024 }, output_config: undefined },
    warning: /requires a thinking budget; 1024 tokens were allowed/,
  },
  'an effort of an older one': {
    body: { model: 'older', output_config: { effort: 'high' } },
    sent: { thinking: undefined, output_config: undefined },
    warning: /"output_config.effort" was left out/,
  },
  'both kinds of sampling of an older one': {
    body: { model: 'older', temperature: 0.2, top_p: 0.5 },
    sent: { temperature: 0.2, top_p: undefined },
    warning: /"top_p" was left out: this model accepts either it or "temperature"/,
  },
  'more words than it can write': {
    body: { model: 'older', max_tokens: 100_000 },
    sent: { max_tokens: 64_000 },
    warning: /limit of 100000 tokens was lowered/,
  },
};

for (const [what, { body, sent: expected, warning }] of Object.entries(changed)) {
  test(`${what}: a Claude chosen by Conclave gets the parts of a relayed request that it accepts`, async () => {
    const { status, text, sent, warnings } = await ask(anthropic, '/v1/messages', { ...claude, ...body });
    assert.equal(status, 200, text);
    for (const [member, value] of Object.entries(expected)) assert.deepEqual(sent[member], value, member);
    assert.deepEqual(sent['metadata'], claude.metadata);
    assert.match(warnings, warning);
  });
}

test('a request that names a Claude gets its refusal', async () => {
  for (const [name, change, says] of [
    ['claude-opus-5-5', { temperature: 0.2 }, /`temperature` is deprecated/],
    ['claude-opus-5-5', { thinking: { type: 'enabled', budget_tokens: 2_000 } }, /thinking.type.enabled/],
    ['claude-haiku-4-5', { thinking: { type: 'adaptive' } }, /adaptive thinking is not supported/],
  ] as const) {
    const reply = await post(anthropic, '/v1/messages', { ...claude, model: `anthropic/${name}`, ...change });
    assert.equal(reply.status, 400);
    assert.match(await reply.text(), says);
  }
});

test('but the fallback of a named model gets only what it accepts', async (t) => {
  const busy = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
  const lab = await startEchoingProvider(t, () => ({ status: 529, body: busy }));
  const gateway = await startTestGateway(t, {
    config: ({ url }) => ({
      providers: {
        lab: { baseUrl: lab.url, apiKey: 'k', dialect: 'anthropic-messages' },
        anthropic: { baseUrl: `${url}/anthropic`, apiKey: 'k' },
      },
      routing: { retries: 0, fallbacks: { 'lab/*': ['anthropic/claude-opus-5-5'] } },
    }),
  });
  const body = { ...claude, model: 'lab/claude-opus-5-5', temperature: 0.2 };
  const { status, text, sent } = await ask(gateway, '/v1/messages', body);
  assert.equal(status, 200, text);
  assert.equal(lab.received[0]?.body['temperature'], 0.2);
  assert.ok(!('temperature' in sent));
});

test('an unexpected refusal by a chosen model is followed by the next model’s answer', async (t) => {
  const message = "Unsupported parameter: 'stop' is not supported with this model.";
  const error = { message, type: 'invalid_request_error', param: 'stop', code: 'unsupported_parameter' };
  const lab = await startEchoingProvider(t, ({ body }) =>
    body['model'] === 'picky' ? { status: 400, body: { error } } : { body: completion() },
  );
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { baseUrl: `${lab.url}/v1`, apiKey: 'k', dialect: 'openai-chat' } },
      aliases: { ours: 'lab/picky' },
      routing: { fallbacks: { 'lab/picky': ['lab/other'] } },
    },
  });
  const body = { messages, stop: ['END'] };
  const chosen = await post(gateway, '/v1/chat/completions', { ...body, model: 'ours' });
  assert.equal(chosen.status, 200, await chosen.text());
  assert.equal(chosen.headers.get('x-conclave-model'), 'lab/other');
  const named = await post(gateway, '/v1/chat/completions', { ...body, model: 'lab/picky' });
  assert.equal(named.status, 400);
  assert.match(await named.text(), /"param":"stop"/);
});

test('mid-conversation system messages join the system prompt of a chosen Claude that does not accept them there', async () => {
  const body = {
    model: 'older',
    max_tokens: 100,
    system: 'Top',
    messages: [
      { role: 'user', content: 'One' },
      { role: 'system', content: 'Later' },
      { role: 'assistant', content: 'Two' },
      { role: 'user', content: 'Three' },
    ],
  };
  const { status, text, sent, warnings } = await ask(anthropic, '/v1/messages', body);
  assert.equal(status, 200, text);
  assert.deepEqual(sent['system'], [
    { type: 'text', text: 'Top' },
    { type: 'text', text: 'Later' },
  ]);
  assert.deepEqual(sent['messages'], [body.messages[0], ...body.messages.slice(2)]);
  assert.match(warnings, /A system message in mid-conversation was moved to the system prompt/);
  const named = await ask(anthropic, '/v1/messages', { ...body, model: 'anthropic/claude-haiku-4-5' });
  assert.deepEqual(named.sent['messages'], body.messages);
});

test('settings in system messages reach a chosen Claude that does not accept them there as those of the request', async () => {
  const tool = { name: 'look', input_schema: { type: 'object' } };
  const body = {
    model: 'older',
    max_tokens: 100,
    tools: [tool],
    messages: [
      { role: 'user', content: 'One' },
      { role: 'system', content: 'For one turn', clear_at: 'next_user_message' },
      { role: 'assistant', content: 'Two' },
      { role: 'user', content: 'Three' },
      { role: 'system', content: [{ type: 'tool_removal', tool: { type: 'tool_reference', name: 'look' } }] },
      { role: 'system', output_config: { effort: 'low' } },
    ],
  };
  const { status, text, sent, warnings } = await ask(anthropic, '/v1/messages', body);
  assert.equal(status, 200, text);
  assert.deepEqual(sent['messages'], [body.messages[0], ...body.messages.slice(2, 4)]);
  assert.deepEqual([sent['system'], sent['tools'], sent['output_config']], [undefined, undefined, undefined]);
  assert.match(warnings, /The effort "low" of a message was sent as that of the request/);
  const named = await ask(anthropic, '/v1/messages', { ...body, model: 'anthropic/claude-haiku-4-5' });
  assert.equal(named.status, 200, named.text);
  assert.deepEqual([named.sent['messages'], named.sent['tools']], [body.messages, body.tools]);
});
