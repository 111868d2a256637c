import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSimulator } from '../server.ts';

const simulator = await startSimulator({ latency: 'none' });
after(() => simulator.close());

const say = (content: unknown, role = 'user'): object => ({ role, content });
const hello = [say('Hello')];
const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
const marked = { type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } };
const told = say('Be brief.', 'system');
const use = { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} };

/** Requests that the real APIs refuse, with part of the error message. */
const refused: readonly (readonly [what: string, path: string, body: object, says: RegExp])[] = [
  ['no messages', 'openai', { model: 'gpt-4o' }, /Missing required parameter: 'messages'/],
  ['an empty list of messages', 'openai', { model: 'gpt-4o', messages: [] }, /empty array/],
  [
    'a fifth cache mark',
    'anthropic',
    {
      model: 'claude-sonnet-4-5',
      max_tokens: 9,
      messages: [say(Array.from({ length: 5 }, () => marked))],
    },
    /A maximum of 4 blocks with cache_control may be provided. Found 5/,
  ],
  ['no model', 'openai', { messages: hello }, /you must provide a model parameter/],
  ['an unknown role', 'openai', { model: 'gpt-4o', messages: [say('x', 'robot')] }, /Invalid value: 'robot'/],
  [
    'a tool result without a call',
    'openai',
    { model: 'gpt-4o', messages: [...hello, { role: 'tool', tool_call_id: 'x', content: 'y' }] },
    /must be a response to a preceeding message/,
  ],
  [
    'a call without its result',
    'openai',
    { model: 'gpt-4o', messages: [...hello, { role: 'assistant', tool_calls: [call] }, ...hello] },
    /did not have response messages: call_1/,
  ],
  [
    'a tool whose name is too long',
    'openai',
    {
      model: 'gpt-4o',
      messages: hello,
      tools: [{ type: 'function', function: { name: 'x'.repeat(65) } }],
    },
    /string too long/,
  ],
  [
    'max_tokens for a reasoning model',
    'openai',
    { model: 'gpt-6-sol', messages: hello, max_tokens: 5 },
    /max_completion_tokens/,
  ],
  ['a temperature for o3', 'openai', { model: 'o3', messages: hello, temperature: 0 }, /does not support 0/],
  [
    'a function for a model that reasons by default',
    'openai',
    { model: 'gpt-6-sol', messages: hello, tools: [{ type: 'function', function: { name: 'f' } }] },
    /Function tools with reasoning_effort are not supported for gpt-6-sol/,
  ],
  [
    'a function together with an effort',
    'openai',
    {
      model: 'gpt-5.4',
      reasoning_effort: 'low',
      messages: hello,
      tools: [{ type: 'function', function: { name: 'f' } }],
    },
    /use \/v1\/responses or set reasoning_effort to 'none'.*"param":"reasoning_effort"/,
  ],
  [
    'no reasoning for a model that always reasons',
    'openai',
    { model: 'gpt-6-astra', messages: hello, reasoning_effort: 'none' },
    /'none' is not supported.*"code":"unsupported_value"/,
  ],
  [
    'an effort that only Responses has',
    'openai',
    { model: 'gpt-6-astra', messages: hello, reasoning_effort: 'max' },
    /does not support 'max'/,
  ],
  [
    'a temperature for a reasoning model',
    'openai',
    { model: 'gpt-6-sol', messages: hello, temperature: 0.2 },
    /'temperature' does not support 0.2.*"code":"unsupported_value"/,
  ],
  [
    'an end-user id that is too long',
    'openai',
    { model: 'gpt-4o', messages: hello, user: 'u'.repeat(118) },
    /Invalid 'user': string too long.*maximum length 64.*length 118.*"code":"string_above_max_length"/,
  ],
  [
    'a strict function with an optional property',
    'openai',
    {
      model: 'gpt-4o',
      messages: hello,
      tools: [
        {
          type: 'function',
          function: {
            name: 'f',
            strict: true,
            parameters: {
              type: 'object',
              properties: { a: {}, b: {} },
              required: ['a'],
              additionalProperties: false,
            },
          },
        },
      ],
    },
    /function 'f': In context=\(\), 'required' is required.*Missing 'b'/,
  ],
  [
    'an unknown content part',
    'openai',
    { model: 'gpt-4o', messages: [say([{ type: 'smell' }])] },
    /Invalid value: 'smell'/,
  ],
  [
    'no max_tokens',
    'anthropic',
    { model: 'claude-haiku-4-5', messages: hello },
    /max_tokens: Field required/,
  ],
  [
    'a system message before all others',
    'anthropic',
    { model: 'm', max_tokens: 5, messages: [told, ...hello] },
    /messages.0: use the top-level 'system' parameter/,
  ],
  [
    'a system message behind an answer',
    'anthropic',
    { model: 'm', max_tokens: 5, messages: [...hello, say('Hi', 'assistant'), told, ...hello] },
    /messages.2: role 'system' must follow a 'user' message/,
  ],
  [
    'a system message before a user message',
    'anthropic',
    { model: 'm', max_tokens: 5, messages: [...hello, told, told, ...hello] },
    /messages.2: role 'system' must precede an 'assistant' message/,
  ],
  ['an empty turn', 'anthropic', { model: 'm', max_tokens: 5, messages: [say([])] }, /non-empty content/],
  [
    'an empty text block',
    'anthropic',
    { model: 'm', max_tokens: 5, messages: [say([{ type: 'text', text: '' }])] },
    /must be non-empty/,
  ],
  [
    'an unknown block',
    'anthropic',
    { model: 'm', max_tokens: 5, messages: [say([{ type: 'smell' }])] },
    /Input tag 'smell'/,
  ],
  [
    'an invalid role',
    'anthropic',
    { model: 'm', max_tokens: 5, messages: [say('x', 'tool')] },
    /Input should be 'user' or 'assistant'/,
  ],
  [
    'a tool use without its result',
    'anthropic',
    { model: 'm', max_tokens: 5, messages: [...hello, say([use], 'assistant'), ...hello] },
    /`tool_use` ids were found without `tool_result` blocks immediately after: toolu_1/,
  ],
  [
    'a tool result without its use',
    'anthropic',
    {
      model: 'm',
      max_tokens: 5,
      messages: [say([{ type: 'tool_result', tool_use_id: 'toolu_9', content: 'x' }])],
    },
    /unexpected `tool_use_id`/,
  ],
  [
    'a thinking budget above max_tokens',
    'anthropic',
    {
      model: 'claude-haiku-4-5',
      max_tokens: 1_500,
      thinking: { type: 'enabled', budget_tokens: 2_000 },
      messages: hello,
    },
    /must be greater than `thinking.budget_tokens`/,
  ],
  [
    'a thinking budget for a model with adaptive thinking',
    'anthropic',
    {
      model: 'claude-opus-5-5',
      max_tokens: 5_000,
      thinking: { type: 'enabled', budget_tokens: 2_000 },
      messages: hello,
    },
    /thinking.type.enabled\\" is not supported/,
  ],
  [
    'a temperature for a newer Claude',
    'anthropic',
    { model: 'claude-sonnet-5', max_tokens: 5, temperature: 0.2, messages: hello },
    /`temperature` is deprecated/,
  ],
  [
    'a temperature above one',
    'anthropic',
    { model: 'claude-haiku-4-5', max_tokens: 5, temperature: 1.5, messages: hello },
    /temperature: range/,
  ],
  [
    'an e-mail address as end-user id',
    'anthropic',
    { model: 'm', max_tokens: 5, metadata: { user_id: 'ann@example.org' }, messages: hello },
    /appears to contain an email address/,
  ],
  [
    'a prefilled answer for a newer Claude',
    'anthropic',
    { model: 'claude-opus-4-6', max_tokens: 5, messages: [...hello, say('{', 'assistant')] },
    /does not support assistant message prefill/,
  ],
];

for (const [what, provider, body, says] of refused) {
  test(`${what} is refused as by the real API of ${provider}`, async () => {
    const path = provider === 'anthropic' ? '/anthropic/v1/messages' : '/openai/v1/chat/completions';
    const reply = await fetch(simulator.url + path, { method: 'POST', body: JSON.stringify(body) });
    assert.equal(reply.status, 400);
    assert.match(await reply.text(), says);
  });
}

for (const [provider, says] of [
  ['deepseek', /messages\[0\]\.role: unknown variant `developer`/],
  ['mistral', /Input tag 'developer'/],
] as const) {
  test(`a developer message is refused by ${provider} and accepted by OpenAI`, async () => {
    const body = JSON.stringify({ model: 'm', messages: [say('Be brief.', 'developer'), ...hello] });
    const [reply, taken] = await Promise.all(
      [provider, 'openai'].map((name) =>
        fetch(`${simulator.url}/${name}/v1/chat/completions`, { method: 'POST', body }),
      ),
    );
    assert.equal(reply?.status, 400);
    assert.match((await reply?.text()) ?? '', says);
    assert.equal(taken?.status, 200);
  });
}

test('Anthropic accepts system messages between user and answer, behind a search, at the end, and anywhere if they set only an effort', async () => {
  const low = { ...say([], 'system'), output_config: { effort: 'low' } };
  const search = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } };
  const found = { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] };
  const answer = [say([search, found], 'assistant'), told, say('Hi', 'assistant')];
  const messages = [low, ...hello, told, told, ...answer, low, ...hello, low, ...hello, told];
  const body = JSON.stringify({ model: 'claude-opus-5-5', max_tokens: 50, messages });
  const reply = await fetch(`${simulator.url}/anthropic/v1/messages`, { method: 'POST', body });
  assert.equal(reply.status, 200, await reply.text());
});

test('Mistral refuses a user or system message after the result of a tool, and OpenAI accepts it', async () => {
  const call = { id: 'abcdefghi', type: 'function', function: { name: 'f', arguments: '{}' } };
  const told = [
    ...hello,
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'abcdefghi', content: 'Sky' },
  ];
  for (const role of ['user', 'system']) {
    const body = JSON.stringify({ model: 'm', messages: [...told, say('Stop', role)] });
    const [reply, taken] = await Promise.all(
      ['mistral', 'openai'].map((name) =>
        fetch(`${simulator.url}/${name}/v1/chat/completions`, { method: 'POST', body }),
      ),
    );
    assert.equal(reply?.status, 400);
    assert.match((await reply?.text()) ?? '', new RegExp(`Unexpected role '${role}' after role 'tool'`));
    assert.equal(taken?.status, 200);
  }
});

test('Mistral reads a document in its own form, which OpenAI does not know', async () => {
  const pdf = {
    type: 'document_url',
    document_url: 'data:application/pdf;base64,JVBERi0=',
    document_name: 'a.pdf',
  };
  const body = JSON.stringify({
    model: 'm',
    messages: [say([{ type: 'text', text: 'What is this?' }, pdf])],
  });
  const [taken, refused] = await Promise.all(
    ['mistral', 'openai'].map((name) =>
      fetch(`${simulator.url}/${name}/v1/chat/completions`, { method: 'POST', body }),
    ),
  );
  assert.equal(taken?.status, 200);
  assert.match((await taken?.text()) ?? '', /a\.pdf/);
  assert.equal(refused?.status, 400);
  assert.match((await refused?.text()) ?? '', /Invalid value: 'document_url'/);
});

test("other providers with OpenAI's format accept what OpenAI itself has dropped", async () => {
  const reply = await fetch(`${simulator.url}/openrouter/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'openai/gpt-6-sol', messages: hello, max_tokens: 50, temperature: 0.5 }),
  });
  assert.equal(reply.status, 200);
});
