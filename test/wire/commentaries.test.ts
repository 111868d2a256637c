import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';
import { startEchoingProvider } from '../providers/echoing-provider.ts';

// OpenAI's newer models say what they are about to do in a message of its own, `phase: "commentary"`, before their answer.

const message = (id: string, phase: string, text: string) => ({
  type: 'message',
  id,
  role: 'assistant',
  status: 'completed',
  phase,
  content: [{ type: 'output_text', text, annotations: [] }],
});
const output = [
  message('msg_1', 'commentary', 'I will look.'),
  message('msg_2', 'final_answer', '{"answer":"final"}'),
];
const response = {
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  model: 'gpt-5.3-codex',
  output,
  usage: { input_tokens: 5, output_tokens: 2, total_tokens: 7 },
};
const written = (event: object) => `data: ${JSON.stringify(event)}\n\n`;

/** Streams the response; its commentary comes in pieces. */
function streamOf(pieces: readonly string[]): string {
  const items = [message('msg_1', 'commentary', pieces.join('')), ...output.slice(1)];
  const done = { ...response, output: items };
  const events = [
    { type: 'response.created', response: { ...done, status: 'in_progress', output: [] } },
    ...items.flatMap((item, at) => [
      { type: 'response.output_item.added', output_index: at, item: { ...item, content: [] } },
      ...(at === 0 ? pieces : item.content.map(({ text }) => text)).map((delta) => ({
        type: 'response.output_text.delta',
        output_index: at,
        content_index: 0,
        delta,
      })),
      { type: 'response.output_item.done', output_index: at, item },
    ]),
    { type: 'response.completed', response: done },
  ];
  return events.map(written).join('');
}

async function startGateway(t: Cleanup, pieces: readonly string[] = ['I will look.']) {
  const { url, received } = await startEchoingProvider(t, ({ body }) => ({
    body: body['stream'] === true ? streamOf(pieces) : response,
  }));
  const gateway = await startTestGateway(t, {
    config: () => ({ providers: { openai: { baseUrl: `${url}/v1`, apiKey: 'k' } } }),
  });
  return { gateway, received };
}

const model = 'openai/gpt-5.3-codex';
const messages = [{ role: 'user', content: 'Hi' }];
const json_schema = { name: 'r', schema: { type: 'object' } };

test('a chat client gets a commentary as a separate paragraph', async (t) => {
  const { gateway } = await startGateway(t);
  const whole = await post(gateway, '/v1/chat/completions', { model, messages });
  const { choices } = (await whole.json()) as { choices: { message: Record<string, unknown> }[] };
  assert.equal(choices[0]?.message['content'], 'I will look.\n\n{"answer":"final"}');
  const streamed = await post(gateway, '/v1/chat/completions', { model, messages, stream: true });
  const said = [...(await streamed.text()).matchAll(/"content":("(?:[^"\\]|\\.)*")/g)];
  assert.equal(
    said.map(([, text = '""']) => JSON.parse(text) as string).join(''),
    'I will look.\n\n{"answer":"final"}',
  );
});

test('if a schema was requested, the commentary is reasoning, and the answer is the text', async (t) => {
  const { gateway } = await startGateway(t);
  const response_format = { type: 'json_schema', json_schema };
  const chat = await post(gateway, '/v1/chat/completions', { model, messages, response_format });
  const { choices } = (await chat.json()) as { choices: { message: Record<string, unknown> }[] };
  assert.equal(choices[0]?.message['content'], '{"answer":"final"}');
  const output_config = { format: { type: 'json_schema', schema: { type: 'object' } } };
  const asked = { model, max_tokens: 100, messages, output_config };
  const reply = await post(gateway, '/v1/messages', asked);
  const { content } = (await reply.json()) as { content: { type: string; text?: string }[] };
  assert.deepEqual(
    content.map(({ type }) => type),
    ['thinking', 'text'],
  );
  assert.equal(content[1]?.text, '{"answer":"final"}');
});

test('a streamed commentary keeps its blank pieces if a schema was requested', async (t) => {
  const pieces = ['I will', ' ', 'look', '\n\n', 'closely.'];
  const { gateway } = await startGateway(t, pieces);
  const response_format = { type: 'json_schema', json_schema };
  const reply = await post(gateway, '/v1/chat/completions', {
    model,
    messages,
    response_format,
    stream: true,
  });
  const text = await reply.text();
  const heard = (member: string) =>
    [...text.matchAll(new RegExp(`"${member}":("(?:[^"\\\\]|\\\\.)*")`, 'g'))]
      .map(([, value = '""']) => JSON.parse(value) as string)
      .join('');
  assert.deepEqual([heard('reasoning_content'), heard('content')], [pieces.join(''), '{"answer":"final"}']);
});

test('a translated history tells the model what was a commentary, and what an answer', async (t) => {
  const { gateway, received } = await startGateway(t);
  const history = [
    ...messages,
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'I will look.' },
        { type: 'tool_use', id: 'c', name: 'look', input: {} },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: 'blue' }] },
    { role: 'assistant', content: 'Blue.' },
    { role: 'user', content: 'Sure?' },
  ];
  const phases = async (asked: string) => {
    await post(gateway, '/v1/messages', { model: asked, max_tokens: 100, messages: history });
    const input = received.at(-1)?.body['input'] as { role?: string; phase?: string }[]; // our own gateway wrote it
    return input.filter(({ role }) => role === 'assistant').map(({ phase }) => phase);
  };
  assert.deepEqual(await phases(model), ['commentary', 'final_answer']);
  assert.deepEqual(await phases('openai/gpt-5-codex'), [undefined, undefined]);
});
