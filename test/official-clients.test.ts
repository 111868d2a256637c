import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { assertAbortCrosses } from './abort-crosses.ts';
import { everySimulatedProvider, openTestGateway, type TestGateway } from './gateway.ts';

/** A model per provider, and two where its families differ; each client speaks to each of them, so half of the table is translated. */
const models = {
  openai: 'openai/gpt-5.4-mini',
  anthropic: 'anthropic/claude-sonnet-5',
  deepseek: 'deepseek/deepseek-chat',
  ollama: 'ollama/qwen3:8b',
  google: 'google/gemini-2.5-flash',
  'google-3': 'google/gemini-3-flash-preview',
  bedrock: 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  nova: 'bedrock/us.amazon.nova-pro-v1:0',
};

const weatherParameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
} as const;
const citySchema = {
  type: 'object',
  properties: { city: { type: 'string' }, population: { type: 'integer' } },
  required: ['city', 'population'],
  additionalProperties: false,
} as const;
/** A PNG of one transparent pixel. */
const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

for (const [provider, model] of Object.entries(models)) {
  const seesImages = provider !== 'deepseek';
  describe(`the official OpenAI client in front of ${provider}`, () => {
    let client: OpenAI;
    let gateway: TestGateway;
    after(() => gateway.close());
    before(async () => {
      gateway = await openTestGateway({
        config: (simulator) => ({ providers: everySimulatedProvider(simulator) }),
      });
      client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
    });

    test('a whole answer has text, a finish and usage', async () => {
      const reply = await client.chat.completions.create({
        model,
        messages: [{ role: 'user', content: 'Say hello.' }],
      });
      assert.ok(reply.choices[0]?.message.content);
      assert.equal(reply.choices[0]?.finish_reason, 'stop');
      assert.ok((reply.usage?.prompt_tokens ?? 0) > 0 && (reply.usage?.completion_tokens ?? 0) > 0);
      assert.equal(
        reply.usage?.total_tokens,
        (reply.usage?.prompt_tokens ?? 0) + (reply.usage?.completion_tokens ?? 0),
      );
    });

    test('a streamed answer is the same text, and usage comes only when asked for', async () => {
      const messages = [{ role: 'user' as const, content: 'Say hello.' }];
      const whole = await client.chat.completions.create({ model, messages });
      for (const include_usage of [true, false]) {
        let text = '';
        let usages = 0;
        const stream = await client.chat.completions.create({
          model,
          messages,
          stream: true,
          stream_options: { include_usage },
        });
        for await (const chunk of stream) {
          text += chunk.choices[0]?.delta.content ?? '';
          if (chunk.usage) usages += 1;
        }
        assert.equal(text, whole.choices[0]?.message.content);
        assert.equal(usages, include_usage ? 1 : 0);
      }
    });

    test('a tool is called, its result is answered, streamed and not', async () => {
      const tools = [
        {
          type: 'function' as const,
          function: { name: 'get_weather', description: 'Weather of a city', parameters: weatherParameters },
        },
      ];
      const question = { role: 'user' as const, content: 'What is the weather in Paris? Use the tool.' };
      const first = await client.chat.completions.create({ model, tools, messages: [question] });
      const message = first.choices[0]?.message;
      const call = message?.tool_calls?.[0];
      assert.ok(message && call?.type === 'function');
      assert.equal(first.choices[0]?.finish_reason, 'tool_calls');
      assert.equal(call.function.name, 'get_weather');
      assert.equal(typeof JSON.parse(call.function.arguments).city, 'string');
      const second = await client.chat.completions.create({
        model,
        tools,
        messages: [question, message, { role: 'tool', tool_call_id: call.id, content: '{"celsius": 21}' }],
      });
      assert.ok(second.choices[0]?.message.content);

      const streamed = await client.chat.completions
        .stream({ model, tools, messages: [question] })
        .finalChatCompletion();
      const again = streamed.choices[0]?.message.tool_calls?.[0];
      assert.ok(again?.type === 'function');
      assert.deepEqual(JSON.parse(again.function.arguments), JSON.parse(call.function.arguments));
    });

    test('two tools are called at once', async () => {
      const tools = ['get_weather', 'get_time'].map((name) => ({
        type: 'function' as const,
        function: { name, description: `${name} of a city`, parameters: weatherParameters },
      }));
      const reply = await client.chat.completions.create({
        model,
        tools,
        messages: [{ role: 'user', content: 'Call both tools in parallel, for Paris.' }],
      });
      assert.deepEqual(
        reply.choices[0]?.message.tool_calls
          ?.map((call) => (call.type === 'function' ? call.function.name : ''))
          .sort(),
        ['get_time', 'get_weather'],
      );
    });

    test(
      seesImages ? 'an image arrives' : 'an image is refused by name, for the model has no eyes',
      async () => {
        const reply = client.chat.completions.create({
          model,
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: 'What is in this image?' },
                { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
              ],
            },
          ],
        });
        if (seesImages) assert.match((await reply).choices[0]?.message.content ?? '', /image|png/i);
        else await assert.rejects(reply, { status: 400, message: /cannot do vision/ });
      },
    );

    test('a JSON schema is kept', async () => {
      const reply = await client.chat.completions.create({
        model,
        messages: [{ role: 'user', content: 'Name a city and its population.' }],
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'city', schema: citySchema, strict: true },
        },
      });
      const value = JSON.parse(reply.choices[0]?.message.content ?? '') as Record<string, unknown>;
      assert.equal(typeof value['city'], 'string');
      assert.ok(Number.isInteger(value['population']));
    });

    test('an abort reaches the provider within 200 ms', async () => {
      await assertAbortCrosses(gateway, async (signal) => {
        const stream = await client.chat.completions.create(
          {
            model: `${model}!fault=stall`,
            messages: [{ role: 'user', content: 'Say hello.' }],
            stream: true,
          },
          { signal },
        );
        for await (const _ of stream);
      });
    });

    test('errors are of the class that the client expects', async () => {
      const ask = (name: string, key = gateway.key) =>
        new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: key, maxRetries: 0 }).chat.completions.create({
          model: name,
          messages: [{ role: 'user', content: 'Say hello.' }],
        });
      await assert.rejects(ask(model, 'wrong'), OpenAI.AuthenticationError);
      await assert.rejects(ask('no-such-model-anywhere'), OpenAI.NotFoundError);
      await assert.rejects(ask(`${model}!fault=429`), OpenAI.RateLimitError);
      await assert.rejects(
        ask(`${model}!fault=401`),
        (error) => error instanceof OpenAI.InternalServerError && error.status === 502,
      );
      await assert.rejects(ask(`${model}!fault=400`), OpenAI.BadRequestError);
    });
  });

  describe(`the official Anthropic client in front of ${provider}`, () => {
    let client: Anthropic;
    let gateway: TestGateway;
    after(() => gateway.close());
    before(async () => {
      gateway = await openTestGateway({
        config: (simulator) => ({ providers: everySimulatedProvider(simulator) }),
      });
      client = new Anthropic({ baseURL: gateway.url, apiKey: gateway.key, maxRetries: 0 });
    });
    const max_tokens = 1_000;

    test('a whole answer has text, a stop reason and usage', async () => {
      const reply = await client.messages.create({
        model,
        max_tokens,
        messages: [{ role: 'user', content: 'Say hello.' }],
      });
      assert.equal(reply.content.find(({ type }) => type === 'text')?.type, 'text');
      assert.equal(reply.stop_reason, 'end_turn');
      assert.ok(reply.usage.input_tokens > 0 && reply.usage.output_tokens > 0);
    });

    test('a streamed answer is the same text', async () => {
      const body = { model, max_tokens, messages: [{ role: 'user' as const, content: 'Say hello.' }] };
      const whole = await client.messages.create(body);
      const streamed = await client.messages.stream(body).finalMessage();
      assert.equal(textOf(streamed), textOf(whole));
      assert.equal(streamed.stop_reason, whole.stop_reason);
      const [row] = await gateway.app.ledger.recent({ limit: 1 });
      assert.equal(streamed.usage.output_tokens, (row?.usage.output ?? 0) + (row?.usage.reasoning ?? 0));
      assert.equal(row?.estimated, false);
    });

    test('a tool is called, its result is answered, streamed and not', async () => {
      const tools = [
        {
          name: 'get_weather',
          description: 'Weather of a city',
          input_schema: { ...weatherParameters, required: ['city'] },
        },
      ];
      const question = { role: 'user' as const, content: 'What is the weather in Paris? Use the tool.' };
      const first = await client.messages.create({ model, max_tokens, tools, messages: [question] });
      const call = first.content.find((block) => block.type === 'tool_use');
      assert.ok(call);
      assert.equal(first.stop_reason, 'tool_use');
      assert.equal(typeof (call.input as { city?: unknown }).city, 'string');
      const second = await client.messages.create({
        model,
        max_tokens,
        tools,
        messages: [
          question,
          { role: 'assistant', content: first.content },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: '21 degrees' }] },
        ],
      });
      assert.ok(textOf(second));
      const streamed = await client.messages
        .stream({ model, max_tokens, tools, messages: [question] })
        .finalMessage();
      assert.deepEqual(streamed.content.find((block) => block.type === 'tool_use')?.input, call.input);
    });

    test('two tools are called at once', async () => {
      const tools = ['get_weather', 'get_time'].map((name) => ({
        name,
        description: `${name} of a city`,
        input_schema: { ...weatherParameters, required: ['city'] },
      }));
      const reply = await client.messages.create({
        model,
        max_tokens,
        tools,
        messages: [{ role: 'user', content: 'Call both tools in parallel, for Paris.' }],
      });
      const names = reply.content.flatMap((block) => (block.type === 'tool_use' ? [block.name] : []));
      assert.deepEqual(names.sort(), ['get_time', 'get_weather']);
    });

    test(
      seesImages ? 'an image arrives' : 'an image is refused by name, for the model has no eyes',
      async () => {
        const reply = client.messages.create({
          model,
          max_tokens,
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: 'What is in this image?' },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } },
              ],
            },
          ],
        });
        if (seesImages) assert.match(textOf(await reply), /image|png/i);
        else await assert.rejects(reply, { status: 400, message: /cannot do vision/ });
      },
    );

    test('a JSON schema is kept', async () => {
      const reply = await client.messages.create({
        model,
        max_tokens,
        messages: [{ role: 'user', content: 'Name a city and its population.' }],
        output_config: { format: { type: 'json_schema', schema: citySchema } },
      });
      const value = JSON.parse(textOf(reply)) as Record<string, unknown>;
      assert.equal(typeof value['city'], 'string');
      assert.ok(Number.isInteger(value['population']));
    });

    test('an abort reaches the provider within 200 ms', async () => {
      await assertAbortCrosses(gateway, async (signal) => {
        const stream = await client.messages.create(
          {
            model: `${model}!fault=stall`,
            max_tokens,
            messages: [{ role: 'user', content: 'Say hello.' }],
            stream: true,
          },
          { signal },
        );
        for await (const _ of stream);
      });
    });

    test('errors are of the class that the client expects', async () => {
      const ask = (name: string, key = gateway.key) =>
        new Anthropic({ baseURL: gateway.url, apiKey: key, maxRetries: 0 }).messages.create({
          model: name,
          max_tokens,
          messages: [{ role: 'user', content: 'Say hello.' }],
        });
      await assert.rejects(ask(model, 'wrong'), Anthropic.AuthenticationError);
      await assert.rejects(ask('no-such-model-anywhere'), Anthropic.NotFoundError);
      await assert.rejects(ask(`${model}!fault=429`), Anthropic.RateLimitError);
      await assert.rejects(
        ask(`${model}!fault=401`),
        (error) => error instanceof Anthropic.InternalServerError && error.status === 502,
      );
      await assert.rejects(ask(`${model}!fault=400`), Anthropic.BadRequestError);
    });
  });
}

function textOf(message: Anthropic.Message): string {
  return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}
