import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import OpenAI from 'openai';
import type { ConfigInput } from '../src/config/schema.ts';
import type { Simulator } from '../src/simulator/server.ts';
import { assertAbortCrosses } from './abort-crosses.ts';
import { openTestGateway, simulatedProviders, type TestGateway } from './gateway.ts';

type Responses = OpenAI.Responses.Response;

/** What stands behind a client of Responses: its own dialect, relayed, or another, translated. */
const behind: Readonly<Record<string, { model: string; relayed: boolean; dialect?: 'openai-chat' }>> = {
  'OpenAI over Responses, relayed': { model: 'openai/gpt-5.4-mini', relayed: true },
  'OpenAI over chat, translated': { model: 'openai/gpt-5.4-mini', relayed: false, dialect: 'openai-chat' },
  'Anthropic, translated': { model: 'anthropic/claude-sonnet-5', relayed: false },
  'Ollama, translated': { model: 'ollama/qwen3:8b', relayed: false },
};

const weather = {
  type: 'function' as const,
  name: 'get_weather',
  description: 'Weather of a city',
  strict: true,
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
};
const citySchema = {
  type: 'object',
  properties: { city: { type: 'string' }, population: { type: 'integer' } },
  required: ['city', 'population'],
  additionalProperties: false,
};
/** A PNG of one transparent pixel. */
const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const question = 'What is the weather in Paris? Use the tool.';

for (const [name, { model, relayed, dialect }] of Object.entries(behind)) {
  describe(`the official OpenAI client's Responses in front of ${name}`, () => {
    let client: OpenAI;
    let gateway: TestGateway;
    after(() => gateway.close());
    before(async () => {
      gateway = await openTestGateway({ config: (simulator) => configFor(simulator, dialect) });
      client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
    });

    test('a whole answer has text, a status and usage', async () => {
      const reply = await client.responses.create({ model, input: 'Say hello.', instructions: 'Be brief.' });
      assert.ok(reply.output_text);
      assert.equal(reply.status, 'completed');
      const { input_tokens, output_tokens, total_tokens } = reply.usage ?? assert.fail();
      assert.ok(input_tokens > 0 && output_tokens > 0);
      assert.equal(total_tokens, input_tokens + output_tokens);
    });

    test('a streamed answer is the same text, its events numbered and each item opened and closed', async () => {
      const input = 'Say hello.';
      const whole = await client.responses.create({ model, input });
      const events: OpenAI.Responses.ResponseStreamEvent[] = [];
      for await (const event of await client.responses.create({ model, input, stream: true }))
        events.push(event);
      assert.deepEqual(
        events.slice(0, 2).map(({ type }) => type),
        ['response.created', 'response.in_progress'],
      );
      assert.deepEqual(
        events.map(({ sequence_number }) => sequence_number),
        events.map((_, at) => at),
      );
      const last = events.at(-1);
      assert.ok(last?.type === 'response.completed');
      const deltas = events.flatMap((event) =>
        event.type === 'response.output_text.delta' ? [event.delta] : [],
      );
      assert.equal(deltas.join(''), whole.output_text);
      assert.equal(textOf(last.response), whole.output_text);
      const opened = events.flatMap((event) =>
        event.type === 'response.output_item.added' ? [event.output_index] : [],
      );
      const closed = events.flatMap((event) =>
        event.type === 'response.output_item.done' ? [event.output_index] : [],
      );
      assert.deepEqual(closed.toSorted(), opened.toSorted());
      assert.equal(opened.length, last.response.output.length);
      const [row] = await gateway.app.ledger.recent({ limit: 1 });
      assert.equal(
        last.response.usage?.output_tokens,
        (row?.usage.output ?? 0) + (row?.usage.reasoning ?? 0),
      );
      assert.equal(row?.estimated, false);
    });

    test('a tool is called, its result is answered, streamed and not', async () => {
      const tools = [weather];
      const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: question }];
      const first = await client.responses.create({ model, tools, input });
      const call = callsOf(first)[0] ?? assert.fail('no call');
      assert.equal(call.name, 'get_weather');
      assert.equal(typeof JSON.parse(call.arguments).city, 'string');
      const second = await client.responses.create({
        model,
        tools,
        input: [
          ...input,
          ...asInput(first),
          { type: 'function_call_output', call_id: call.call_id, output: '{"celsius": 21}' },
        ],
      });
      assert.ok(second.output_text);

      const streamed = await client.responses.stream({ model, tools, input }).finalResponse();
      assert.deepEqual(JSON.parse(callsOf(streamed)[0]?.arguments ?? ''), JSON.parse(call.arguments));
    });

    test('two tools are called at once', async () => {
      const tools = [weather, { ...weather, name: 'get_time', description: 'Time in a city' }];
      const input = 'Call both tools in parallel, for Paris.';
      for (const reply of [
        await client.responses.create({ model, tools, input }),
        await client.responses.stream({ model, tools, input }).finalResponse(),
      ]) {
        const names = callsOf(reply).map((call) => call.name);
        assert.deepEqual(names.sort(), ['get_time', 'get_weather']);
      }
    });

    test('an image arrives', async () => {
      const reply = await client.responses.create({
        model,
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: 'What is in this image?' },
              { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${pixel}` },
            ],
          },
        ],
      });
      assert.match(reply.output_text, /image|png/i);
    });

    test('a JSON schema is kept', async () => {
      const reply = await client.responses.create({
        model,
        input: 'Name a city and its population.',
        text: { format: { type: 'json_schema', name: 'city', schema: citySchema, strict: true } },
      });
      const value = JSON.parse(reply.output_text) as Record<string, unknown>;
      assert.equal(typeof value['city'], 'string');
      assert.ok(Number.isInteger(value['population']));
    });

    test('thoughts come with the answer and go back with the next question', async () => {
      const ask = { model, store: false, include: ['reasoning.encrypted_content' as const] };
      const reasoning = { effort: 'high' as const, summary: 'auto' as const };
      const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'Why is the sky blue?' }];
      for (const first of [
        await client.responses.create({ ...ask, reasoning, input }),
        await client.responses.stream({ ...ask, reasoning, input }).finalResponse(),
      ]) {
        const next = await client.responses.create({
          ...ask,
          input: [...input, ...asInput(first), { role: 'user', content: 'And at dusk?' }],
        });
        assert.ok(textOf(next));
      }
    });

    test('an earlier answer is found again where its provider keeps it, and refused by name elsewhere', async () => {
      const first = await client.responses.create({ model, input: 'Say hello.' });
      const next = client.responses.create({ model, input: 'Again.', previous_response_id: first.id });
      if (relayed) assert.ok(textOf(await next));
      else await assert.rejects(next, { status: 400, param: 'previous_response_id' });
    });

    test('an answer that ends at its limit says so', async () => {
      const reply = await client.responses.create({
        model,
        input: 'Tell me in some detail what a river delta is.',
        max_output_tokens: 16,
      });
      assert.equal(reply.status, 'incomplete');
      assert.equal(reply.incomplete_details?.reason, 'max_output_tokens');
    });

    test('a stream that is cut throws, and is never taken for a whole answer', async () => {
      const events: string[] = [];
      await assert.rejects(async () => {
        const stream = await client.responses.create({
          model: `${model}!fault=cut,after=4`,
          input: 'Tell me in some detail what a river delta is.',
          stream: true,
        });
        for await (const event of stream) events.push(event.type);
      }, OpenAI.APIError);
      assert.ok(events.length > 0);
      assert.ok(!events.includes('response.completed'));
    });

    test('an abort reaches the provider within 200 ms', async () => {
      await assertAbortCrosses(gateway, async (signal) => {
        const ask = { model: `${model}!fault=stall`, input: 'Say hello.', stream: true as const };
        for await (const _ of await client.responses.create(ask, { signal }));
      });
    });

    test('errors are of the class that the client expects', async () => {
      const ask = (name: string, key = gateway.key) =>
        new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: key, maxRetries: 0 }).responses.create({
          model: name,
          input: 'Say hello.',
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
}

function configFor(simulator: Simulator, dialect: 'openai-chat' | undefined): ConfigInput {
  const providers = simulatedProviders(simulator);
  return { providers: dialect ? { ...providers, openai: { ...providers['openai'], dialect } } : providers };
}

/** An answer as the next request holds it. */
function asInput({ output }: Responses): OpenAI.Responses.ResponseInput {
  // Some kinds of items are typed differently in the two places; none of these is here.
  return output as OpenAI.Responses.ResponseInput;
}

function callsOf({ output }: Responses) {
  return output.filter((item) => item.type === 'function_call');
}

/** A stream's final response has no `output_text` of its own. */
function textOf({ output }: Responses): string {
  return output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .map((part) => (part.type === 'output_text' ? part.text : ''))
    .join('');
}
