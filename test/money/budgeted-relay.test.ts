import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { createKey } from '../support/create-key.ts';
import { post, startTestGateway } from '../support/gateway.ts';

// A budget needs a limit on the answer. If a request has none, only that field is added; the rest of the request
// and its answer are the same as without such a budget.

const messages = [{ role: 'user', content: 'Say hello.' }];
const chatUsage = { prompt_tokens: 8, completion_tokens: 4, total_tokens: 12 };
const chatEvent = (choices: object[], rest: object = {}) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-theirs', object: 'chat.completion.chunk', created: 1, model: 'm1', system_fingerprint: 'fp_1', choices, ...rest })}\n\n`;

const chatReply = {
  id: 'chatcmpl-theirs',
  object: 'chat.completion',
  created: 1,
  model: 'm1',
  system_fingerprint: 'fp_1',
  service_tier: 'default',
  citations: ['https://source.example'],
  choices: [0, 1].map((index) => ({
    index,
    message: { role: 'assistant', content: `Hello ${index}`, vendor_member: { of: 'theirs' } },
    logprobs: { content: [{ token: 'Hello', logprob: -0.1, bytes: null, top_logprobs: [] }] },
    finish_reason: 'stop',
  })),
  usage: chatUsage,
};

const response = (status: string, rest: object = {}) => ({
  id: 'resp_theirs',
  object: 'response',
  created_at: 1,
  status,
  background: false,
  model: 'gpt-6-sol',
  store: true,
  conversation: { id: 'conv_1' },
  output: [
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Hello', annotations: [], logprobs: [] }],
    },
  ],
  ...(status === 'completed' && {
    usage: {
      input_tokens: 8,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 4,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 12,
    },
  }),
  ...rest,
});

const responsesStream = ['created', 'completed']
  .map((kind, at) => ({
    type: `response.${kind}`,
    sequence_number: at,
    response: response(kind === 'created' ? 'in_progress' : 'completed'),
  }))
  .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  .join('');

/** A request without an output limit, and the field in which its provider finds the added one. */
type Case = {
  readonly path: string;
  readonly body: object;
  readonly says: object | string;
  readonly limit: string;
};

const chat = { path: '/v1/chat/completions', says: chatReply, limit: 'max_completion_tokens' };
const responses = { path: '/v1/responses', says: response('completed'), limit: 'max_output_tokens' };
const gpt = 'openai/gpt-6-sol';

const cases: Readonly<Record<string, Case>> = {
  'two answers': { ...chat, body: { model: 'openai/gpt-4.1', n: 2, messages } },
  'log probabilities and a vendor’s own members': {
    ...chat,
    body: {
      model: 'openai/gpt-4.1',
      messages,
      logprobs: true,
      top_logprobs: 2,
      service_tier: 'default',
      seed: 7,
      vendor_member: { a: [1] },
    },
  },
  'a stream': {
    ...chat,
    body: { model: 'openai/gpt-4.1', messages, stream: true },
    says: [
      chatEvent([{ index: 0, delta: { role: 'assistant', content: 'Hello', vendor_member: 1 } }]),
      chatEvent([{ index: 0, delta: {}, finish_reason: 'stop' }]),
      chatEvent([], { usage: chatUsage }),
      'data: [DONE]\n\n',
    ].join(''),
  },
  'a provider that knows the older word': {
    ...chat,
    body: { model: 'deepseek/deepseek-chat', messages },
    limit: 'max_tokens',
  },
  'an answer to be kept': { ...responses, body: { model: gpt, input: 'My name is Bob.', store: true } },
  'an answer that goes on from a kept one': {
    ...responses,
    body: { model: gpt, input: 'Who am I?', previous_response_id: 'resp_earlier' },
  },
  'an answer in a conversation': {
    ...responses,
    body: { model: gpt, input: 'Hello', conversation: 'conv_earlier', metadata: { a: 'b' } },
  },
  'a stream of Responses': {
    ...responses,
    body: { model: gpt, input: 'Hello', stream: true, include: ['message.output_text.logprobs'] },
    says: responsesStream,
  },
};

for (const [title, { path, body, says, limit }] of Object.entries(cases)) {
  test(`a key with a budget relays the same request as any other, except for the limit: ${title}`, async (t) => {
    const provider = await startEchoingProvider(t, () => ({ body: says }));
    const gateway = await startTestGateway(t, {
      config: { providers: providersAt(provider.url), server: { foreignIds: true } },
    });
    const { key } = await createKey(gateway, { budgets: [{ window: 'day', limitUsd: 1 }] });
    const plain = await post(gateway, path, body);
    const plainText = await plain.text();
    const hard = await post({ ...gateway, key }, path, body);
    const hardText = await hard.text();
    assert.deepEqual([plain.status, hard.status], [200, 200], plainText + hardText);
    const [first, second] = provider.received;
    assert.ok(first && second);
    assert.equal(second.path, first.path);
    assert.ok(!(limit in first.body));
    assert.deepEqual(second.body, { ...first.body, [limit]: 8_192 });
    assert.equal(hardText, plainText);
    if (typeof says === 'object') assert.deepEqual(JSON.parse(hardText), says);
  });
}

test('the limit that a budget adds never exceeds what the model can write', async (t) => {
  const provider = await startEchoingProvider(t, () => ({ body: chatReply }));
  const small = { id: 'mychat/small', maxOutputTokens: 2_048, price: { input: 1, output: 2 } };
  const gateway = await startTestGateway(t, {
    config: { providers: providersAt(provider.url), models: [small] },
  });
  const { key } = await createKey(gateway, { budgets: [{ window: 'day', limitUsd: 1 }] });
  const reply = await post({ ...gateway, key }, '/v1/chat/completions', { model: small.id, messages });
  assert.equal(reply.status, 200, await reply.text());
  const body = provider.received[0]?.body ?? {};
  assert.equal(body['max_tokens'] ?? body['max_completion_tokens'], 2_048);
});

function providersAt(url: string) {
  return {
    openai: { baseUrl: `${url}/openai/v1`, apiKey: 'k' },
    deepseek: { baseUrl: `${url}/deepseek/v1`, apiKey: 'k', dialect: 'openai-chat' as const },
    mychat: { baseUrl: `${url}/mychat/v1`, apiKey: 'k', dialect: 'openai-chat' as const },
  };
}
