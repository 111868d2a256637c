import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { startSimulator } from './server.ts';

const simulator = await startSimulator({ latency: 'none' });
after(() => simulator.close());

const openai = new OpenAI({ baseURL: `${simulator.url}/openai/v1`, apiKey: 'sk-test', maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: `${simulator.url}/anthropic`, apiKey: 'sk-test', maxRetries: 0 });

const parameters = {
  type: 'object' as const,
  properties: {
    city: { type: 'string' as const },
    unit: { type: 'string' as const, enum: ['celsius', 'fahrenheit'] },
  },
  required: ['city'],
};
const description = 'Current weather of a city';
const openaiTools = [
  { type: 'function' as const, function: { name: 'get_weather', description, parameters } },
];
const anthropicTools = [{ name: 'get_weather', description, input_schema: parameters }];

test('an OpenAI client receives a call of an offered tool, and an answer that uses its result', async () => {
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    { role: 'user', content: 'What is the weather in Paris?' },
  ];
  const first = await openai.chat.completions.create({ model: 'gpt-4.1', messages, tools: openaiTools });
  const message = first.choices[0]?.message;
  const call = message?.tool_calls?.[0];
  assert.ok(message && call?.type === 'function');
  assert.equal(first.choices[0]?.finish_reason, 'tool_calls');
  assert.equal(JSON.parse(call.function.arguments).city, 'Paris');
  messages.push(message, { role: 'tool', tool_call_id: call.id, content: '18 degrees, light rain' });
  const second = await openai.chat.completions.create({ model: 'gpt-4.1', messages, tools: openaiTools });
  assert.match(second.choices[0]?.message.content ?? '', /get_weather says: 18 degrees, light rain/);
});

test('an Anthropic client receives a call of an offered tool, and an answer that uses its result', async () => {
  const base = { model: 'claude-sonnet-5', max_tokens: 500, tools: anthropicTools };
  const question = { role: 'user' as const, content: 'What is the weather in Rome?' };
  const first = await anthropic.messages.create({ ...base, messages: [question] });
  const call = first.content[0];
  assert.ok(call?.type === 'tool_use');
  assert.equal(first.stop_reason, 'tool_use');
  assert.equal(JSON.parse(JSON.stringify(call.input)).city, 'Rome');
  const result = { type: 'tool_result' as const, tool_use_id: call.id, content: 'sunny' };
  const second = await anthropic.messages.create({
    ...base,
    messages: [question, { role: 'assistant', content: first.content }, { role: 'user', content: [result] }],
  });
  assert.match(second.content[0]?.type === 'text' ? second.content[0].text : '', /get_weather says: sunny/);
});

test("a search on Anthropic's side is not a call for the client", async () => {
  const reply = await anthropic.messages.create({
    model: 'claude-sonnet-5',
    max_tokens: 500,
    tools: [{ type: 'web_search_20250305', name: 'web_search' }],
    messages: [{ role: 'user', content: 'Search the web: which Node is current?' }],
  });
  assert.equal(reply.stop_reason, 'end_turn');
  assert.deepEqual(
    reply.content.map(({ type }) => type),
    ['text'],
  );
});

test('two cities lead to two calls at once, unless parallel calls are off', async () => {
  const request = {
    model: 'gpt-4.1',
    messages: [{ role: 'user' as const, content: 'Compare the weather in Paris and London.' }],
    tools: openaiTools,
  };
  const cities = async (parallel: boolean): Promise<unknown[]> => {
    const reply = await openai.chat.completions.create({ ...request, parallel_tool_calls: parallel });
    return (reply.choices[0]?.message.tool_calls ?? []).map((call) =>
      call.type === 'function' ? JSON.parse(call.function.arguments).city : '',
    );
  };
  assert.deepEqual(await cities(true), ['Paris', 'London']);
  assert.equal((await cities(false)).length, 1);
});

test('what a question says of all calls at once reaches each of them', async () => {
  const argumentsFor = async (content: string): Promise<unknown[]> => {
    const reply = await openai.chat.completions.create({
      model: 'gpt-4.1',
      messages: [{ role: 'user', content }],
      tools: openaiTools,
    });
    return (reply.choices[0]?.message.tool_calls ?? []).map((call) =>
      call.type === 'function' ? JSON.parse(call.function.arguments) : '',
    );
  };
  assert.deepEqual(await argumentsFor('What is the weather in Paris and London in fahrenheit?'), [
    { city: 'Paris', unit: 'fahrenheit' },
    { city: 'London', unit: 'fahrenheit' },
  ]);
  assert.deepEqual(await argumentsFor('What is the weather in Paris and London?'), [
    { city: 'Paris' },
    { city: 'London' },
  ]);
});

test('optional arguments are given only if the question mentions them, as models do', async () => {
  const input_schema = {
    type: 'object' as const,
    properties: {
      file_path: { type: 'string' },
      pages: { type: 'string' },
      line_limit: { type: 'integer' },
      mode: { enum: ['text', 'hex'] },
      note: { type: ['string', 'null'] },
    },
    required: ['file_path'],
  };
  const argumentsFor = async (content: string, schema: typeof input_schema) => {
    const reply = await anthropic.messages.create({
      model: 'claude-sonnet-5',
      max_tokens: 500,
      tools: [{ name: 'Read', description: 'Reads a file', input_schema: schema }],
      messages: [{ role: 'user', content }],
    });
    return reply.content.find((block) => block.type === 'tool_use')?.input;
  };
  const needsNothing = { ...input_schema, required: [] };
  for (const schema of [input_schema, needsNothing]) {
    assert.deepEqual(await argumentsFor('Read src/add.js', schema), { file_path: 'src/add.js' });
    assert.deepEqual(await argumentsFor('Read the file path src/add.js in hex, line limit 20', schema), {
      file_path: 'src/add.js',
      line_limit: 20,
      mode: 'hex',
    });
  }
});

test('a forced tool is called for any question, a forbidden one never', async () => {
  const base = { model: 'claude-haiku-4-5', max_tokens: 500, tools: anthropicTools };
  const messages = [{ role: 'user' as const, content: 'Hello there' }];
  const forced = await anthropic.messages.create({
    ...base,
    messages,
    tool_choice: { type: 'tool', name: 'get_weather' },
  });
  assert.equal(forced.stop_reason, 'tool_use');
  const asked = [{ role: 'user' as const, content: 'What is the weather in Rome?' }];
  const barred = await anthropic.messages.create({ ...base, messages: asked, tool_choice: { type: 'none' } });
  assert.equal(barred.stop_reason, 'end_turn');
});

test('tool arguments arrive in pieces that the official clients assemble', async () => {
  const stream = openai.chat.completions.stream({
    model: 'gpt-4.1',
    messages: [{ role: 'user', content: 'What is the weather in Paris and in Oslo?' }],
    tools: openaiTools,
  });
  const calls = (await stream.finalMessage()).tool_calls ?? [];
  assert.deepEqual(
    calls.map((call) => (call.type === 'function' ? JSON.parse(call.function.arguments).city : '')),
    ['Paris', 'Oslo'],
  );
  const message = await anthropic.messages
    .stream({
      model: 'claude-sonnet-5',
      max_tokens: 500,
      tools: anthropicTools,
      messages: [{ role: 'user', content: 'What is the weather in Oslo?' }],
    })
    .finalMessage();
  const use = message.content.find((block) => block.type === 'tool_use');
  assert.equal(use && JSON.parse(JSON.stringify(use.input)).city, 'Oslo');
});

test('a request with a JSON schema is answered with matching JSON in both dialects', async () => {
  const schema = {
    type: 'object' as const,
    properties: { capital: { type: 'string' as const }, confidence: { type: 'number' as const } },
    required: ['capital', 'confidence'],
    additionalProperties: false,
  };
  const fromOpenai = await openai.chat.completions.create({
    model: 'gpt-6-sol',
    messages: [{ role: 'user', content: 'What is the capital of Spain?' }],
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } },
  });
  const fromAnthropic = await anthropic.messages.create({
    model: 'claude-opus-5-5',
    max_tokens: 500,
    messages: [{ role: 'user', content: 'What is the capital of Spain?' }],
    output_config: { format: { type: 'json_schema', schema } },
  });
  const block = fromAnthropic.content[0];
  for (const text of [fromOpenai.choices[0]?.message.content, block?.type === 'text' ? block.text : '']) {
    const value = JSON.parse(text ?? '');
    assert.equal(typeof value.capital, 'string');
    assert.ok(value.confidence >= 0 && value.confidence <= 1);
  }
});

test('a request for JSON in words is answered with JSON of the shape it shows', async () => {
  const reply = await openai.chat.completions.create({
    model: 'gpt-6-astra',
    messages: [
      { role: 'system', content: 'Respond only with JSON like {"mood": "happy|sad", "words": 0}.' },
      { role: 'user', content: 'I am so happy about these 3 words' },
    ],
  });
  assert.deepEqual(JSON.parse(reply.choices[0]?.message.content ?? ''), { mood: 'happy', words: 3 });
});

test("when asked to score an answer, a model computes sums, uses an exam's key, and otherwise answers at random", async () => {
  const scoreOf = async (question: string, answer: string) => {
    const reply = await openai.chat.completions.create({
      model: 'gpt-6-astra',
      messages: [
        {
          role: 'system',
          content: 'Say how likely the answer is right, in the form {"score": 87} and nothing else.',
        },
        { role: 'user', content: `f00 question\nuser: ${question}\nf00 answer\n${answer}\nf00` },
      ],
    });
    return Number(JSON.parse(reply.choices[0]?.message.content ?? '').score);
  };
  const questions = Array.from(
    { length: 40 },
    (_, at) => [`What is ${at + 11} * 13?`, (at + 11) * 13] as const,
  );
  const rightly = await Promise.all(
    questions.map(([question, value]) => scoreOf(question, `It is ${value}.`)),
  );
  const wrongly = await Promise.all(
    questions.map(([question, value]) => scoreOf(question, `It is ${value}0.`)),
  );
  assert.ok(rightly.filter((score) => score >= 80).length >= 30, rightly.join());
  assert.ok(wrongly.filter((score) => score <= 30).length >= 30, wrongly.join());
  const exam = 'Which letter? [[answer: C]]';
  assert.notEqual((await scoreOf(exam, 'C')) > 50, (await scoreOf(exam, 'B')) > 50);
  const free = await scoreOf('Tell me about rivers.', 'Rivers are long.');
  assert.ok(free >= 40 && free <= 95);
});

test('an Anthropic model returns its thinking on request, and recognises it when it is sent back', async () => {
  const base = {
    model: 'claude-haiku-4-5',
    max_tokens: 4_000,
    thinking: { type: 'enabled' as const, budget_tokens: 1_024 },
  };
  const question = { role: 'user' as const, content: 'Should we rewrite it?' };
  const first = await anthropic.messages.stream({ ...base, messages: [question] }).finalMessage();
  const thinking = first.content[0];
  assert.ok(thinking?.type === 'thinking' && thinking.signature.startsWith('SIM'));
  const again = (
    block: Anthropic.ContentBlock,
    answer = first.content.slice(1),
  ): Promise<Anthropic.Message> =>
    anthropic.messages.create({
      ...base,
      messages: [
        question,
        { role: 'assistant', content: [block, ...answer] },
        { role: 'user', content: 'Go on.' },
      ],
    });
  assert.equal((await again(thinking)).type, 'message');
  await assert.rejects(again({ ...thinking, thinking: 'something else' }), /Invalid `signature`/);
  await assert.rejects(again(thinking, []), /final block in an assistant message cannot be `thinking`/);
});

test('DeepSeek returns its reasoning in a separate field; OpenAI only counts it', async () => {
  const deepseek = new OpenAI({ baseURL: `${simulator.url}/deepseek/v1`, apiKey: 'sk-test', maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'Why is the sky blue?' }];
  const shown = await deepseek.chat.completions.create({ model: 'deepseek-v4-pro', messages });
  assert.match(JSON.stringify(shown.choices[0]?.message), /"reasoning_content":"\(simulated reasoning\)/);
  const hidden = await openai.chat.completions.create({
    model: 'gpt-6-sol',
    messages,
    reasoning_effort: 'high',
  });
  assert.ok((hidden.usage?.completion_tokens_details?.reasoning_tokens ?? 0) > 100);
  assert.doesNotMatch(JSON.stringify(hidden.choices), /simulated reasoning/);
});

test('images are counted and their types named', async () => {
  const url =
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const reply = await openai.chat.completions.create({
    model: 'gpt-6-sol',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Describe these' },
          { type: 'image_url', image_url: { url } },
          { type: 'image_url', image_url: { url } },
        ],
      },
    ],
  });
  assert.match(reply.choices[0]?.message.content ?? '', /2 images \(image\/png, image\/png\)/);
});

test('stop sequences and token limits end the answer at the right place', async () => {
  const messages = [{ role: 'user' as const, content: 'Count to 100' }];
  const stopped = await openai.chat.completions.create({ model: 'gpt-4o', messages, stop: ' 7' });
  assert.equal(stopped.choices[0]?.message.content, '1 2 3 4 5 6');
  const cut = await anthropic.messages.create({ model: 'claude-haiku-4-5', max_tokens: 5, messages });
  assert.equal(cut.stop_reason, 'max_tokens');
  assert.ok(cut.usage.output_tokens <= 5);
});

test('strong models compute sums correctly more often than weak ones', async () => {
  const right = async (model: string): Promise<number> => {
    let count = 0;
    for (let index = 0; index < 40; index += 1) {
      const [a, b] = [127 + 31 * index, 803 + 17 * index];
      const messages = [{ role: 'user' as const, content: `What is ${a} * ${b}?` }];
      const reply = await openai.chat.completions.create({ model, messages });
      if (reply.choices[0]?.message.content?.endsWith(`= ${a * b}`)) count += 1;
    }
    return count;
  };
  const [strong, weak] = [await right('gpt-6-astra'), await right('gpt-4.1-nano')];
  assert.ok(strong >= 34 && weak >= 10 && weak < strong - 5, `${strong} and ${weak} of 40`);
});

test('an exam question can carry its key and its difficulty', async () => {
  const score = async (model: string): Promise<number> => {
    let count = 0;
    for (let index = 0; index < 60; index += 1) {
      const content = `Question ${index}: which one?\nA) red\nB) green\nC) blue\nD) black\n[[answer: C]] [[difficulty: 0.5]]`;
      const reply = await openai.chat.completions.create({ model, messages: [{ role: 'user', content }] });
      if (/: C\)/.test(reply.choices[0]?.message.content ?? '')) count += 1;
    }
    return count;
  };
  const strong = await score('gpt-6-astra');
  const weak = await score('gpt-4.1-nano');
  const within = (count: number, rate: number): boolean =>
    Math.abs(count - 60 * rate) < 5 * Math.sqrt(60 * rate * (1 - rate));
  assert.ok(within(strong, 0.94), String(strong));
  assert.ok(within(weak, 0.66), String(weak));
});

test('reasoning counts against the output limit, as with the real provider', async () => {
  const messages = [{ role: 'user' as const, content: 'Tell me about tides.' }];
  const reply = await openai.chat.completions.create({
    model: 'gpt-6-sol',
    max_completion_tokens: 9,
    messages,
  });
  assert.equal(reply.usage?.completion_tokens, 9);
  assert.equal(reply.choices[0]?.finish_reason, 'length');
  assert.equal(reply.choices[0]?.message.content ?? '', '');
});
