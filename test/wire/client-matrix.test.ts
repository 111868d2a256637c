import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import type { SeenRequest } from '../../src/simulator/seen-requests.ts';
import { completionTokens, promptTokens } from '../../src/core/money/usage.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';
import { cityParameters, type Answer, type Ask } from '../matrix/matrix-client.ts';
import { clients, everyProvider, pngBase64, providers } from '../matrix/providers.ts';
import { modelRequests } from '../support/model-requests.ts';

// Every official client in front of every kind of provider: everything that a program can ask for, whole and streamed.

const say = (text: string) => ({ kind: 'user', text }) as const;

let gateway: TestGateway;
after(() => gateway.close());
before(async () => {
  gateway = await openTestGateway(everyProvider);
});

/** The last call that the provider was sent has these words; local servers are also asked for their models. */
function assertTold(...words: string[]): void {
  const isCall = ({ method, path }: SeenRequest) => method === 'POST' && !path.endsWith('/api/show');
  const body = JSON.stringify(gateway.simulator.requests().findLast(isCall)?.body);
  for (const word of words) assert.ok(body.includes(word), `${word} is not in ${body}`);
}

for (const client of clients) {
  for (const [name, provider] of Object.entries(providers)) {
    describe(`${client.name} in front of ${name}`, () => {
      const { model, thinker = model } = provider;
      /** Asks both ways; what the model says does not depend on how. */
      const bothWays = async (
        ask: Omit<Ask, 'model' | 'stream'> & { readonly model?: string },
        judge: (answer: Answer) => void | Promise<void>,
      ) => {
        const answers: Answer[] = [];
        for (const stream of [false, true]) {
          const answer = await client.ask(gateway, { model, ...ask, stream });
          answers.push(answer);
          await judge(answer);
        }
        assert.equal(answers[1]?.text, answers[0]?.text);
      };

      test('text', () =>
        bothWays({ turns: [say('Say hello.')] }, ({ text, finish }) => {
          assert.ok(text);
          assert.equal(finish, 'stop');
          assertTold('Say hello.');
        }));

      test('a tool call and its result', () =>
        bothWays(
          { turns: [say('What is the weather in Paris? Use the tool.')], tools: ['get_weather'] },
          async ({ calls: [call], finish, native }) => {
            assert.equal(finish, 'tool_calls');
            assert.deepEqual(call && [call.name, call.args], ['get_weather', { city: 'Paris' }]);
            const next = await client.ask(gateway, {
              model,
              stream: false,
              tools: ['get_weather'],
              turns: [
                say('What is the weather in Paris? Use the tool.'),
                { kind: 'answer', native },
                { kind: 'results', results: [{ id: call?.id ?? '', output: '{"celsius": 21}' }] },
              ],
            });
            assert.match(next.text, /21/);
            assert.equal(next.finish, 'stop');
          },
        ));

      test('parallel tools and their results', () =>
        bothWays(
          {
            turns: [say('Call both tools in parallel, for Paris.')],
            tools: ['get_weather', 'get_time'],
          },
          async ({ calls, native }) => {
            assert.deepEqual(calls.map((call) => call.name).toSorted(), ['get_time', 'get_weather']);
            assert.equal(new Set(calls.map(({ id }) => id)).size, 2);
            const results = calls.map((call) => ({ id: call.id, output: `the result of ${call.name}` }));
            const next = await client.ask(gateway, {
              model,
              stream: false,
              tools: ['get_weather', 'get_time'],
              turns: [
                say('Call both tools in parallel, for Paris.'),
                { kind: 'answer', native },
                { kind: 'results', results },
              ],
            });
            assert.ok(next.text);
            assertTold('the result of get_weather', 'the result of get_time');
          },
        ));

      test(provider.blind ? 'an image is refused by name: the model has no eyes' : 'an image', async () => {
        const turns = [{ ...say('What is in this image?'), pngBase64 }];
        if (!provider.blind) {
          return bothWays({ turns }, ({ text }) => {
            // Ollama's own API sends images without saying what they are.
            assert.match(text, name === 'ollama' ? /1 image \(image\/\*\)/ : /1 image \(image\/png\)/);
            assertTold(pngBase64);
          });
        }
        await assert.rejects(client.ask(gateway, { model, stream: false, turns }), {
          status: 400,
          message: /does not support vision/,
        });
      });

      test('a JSON schema', () =>
        bothWays({ turns: [say('Name a city and its population.')], schema: true }, ({ text, finish }) => {
          const value = JSON.parse(text) as Record<string, unknown>;
          assert.deepEqual(Object.keys(value).toSorted(), ['city', 'population']);
          assert.equal(typeof value['city'], 'string');
          assert.ok(Number.isInteger(value['population']));
          assert.equal(finish, 'stop');
        }));

      test('reasoning, and its way back', () =>
        bothWays(
          { model: thinker, turns: [say('Why is the sky blue?')], think: true },
          async ({ text, reasoning, usage, native }) => {
            assert.ok(text);
            if (provider.hidesThoughtsFrom?.includes(client)) assert.equal(reasoning, '');
            else assert.match(reasoning, /\w/);
            if (!provider.countsNoThoughts) assert.ok(usage.reasoning > 0, 'thoughts are counted');
            const next = await client.ask(gateway, {
              model: thinker,
              stream: false,
              think: true,
              turns: [say('Why is the sky blue?'), { kind: 'answer', native }, say('And at dusk?')],
            });
            assert.ok(next.text);
          },
        ));

      test('usage, as the ledger has it', () =>
        bothWays({ turns: [say('Say hello.')] }, async ({ usage }) => {
          const row = await lastRow(gateway);
          assert.ok(!row.estimated);
          assert.deepEqual(
            [usage.prompt, usage.completion],
            [promptTokens(row.usage), completionTokens(row.usage)],
          );
          assert.ok(usage.prompt > 0 && usage.completion > 0);
        }));

      test('errors of the class that the client documents', async () => {
        const failureOf = async (named: string, key = gateway.key) => {
          const asked = { model: named, stream: false, turns: [say('Say hello.')] };
          const error: unknown = await client.ask({ ...gateway, key }, asked).catch((thrown) => thrown);
          return client.failure(error);
        };
        assert.deepEqual(await failureOf(model, 'wrong'), { status: 401, name: 'AuthenticationError' });
        assert.deepEqual(await failureOf('no-such-model'), { status: 404, name: 'NotFoundError' });
        assert.deepEqual(await failureOf(`${model}!fault=429`), { status: 429, name: 'RateLimitError' });
        assert.deepEqual(await failureOf(`${model}!fault=400`), { status: 400, name: 'BadRequestError' });
        // The provider refused Conclave's key; the caller's own is fine.
        assert.deepEqual(await failureOf(`${model}!fault=401`), {
          status: 502,
          name: 'InternalServerError',
        });
      });
    });
  }
}

test("Anthropic's client counts tokens before it asks, in front of every provider", async () => {
  const client = new Anthropic({ baseURL: gateway.url, apiKey: gateway.key, maxRetries: 0 });
  const asked = modelRequests(gateway.simulator).length;
  const count = async (model: string, text: string) => {
    const { input_tokens } = await client.messages.countTokens({
      model,
      system: 'Be brief.',
      messages: [{ role: 'user', content: text }],
      tools: [{ name: 'get_weather', input_schema: cityParameters }],
    });
    return input_tokens;
  };
  for (const { model } of Object.values(providers)) {
    const [few, many] = [await count(model, 'Say hello.'), await count(model, 'Say hello. '.repeat(500))];
    assert.ok(few > 5 && many > few + 1_000 && many < few + 4_000, `${few} and ${many} for ${model}`);
  }
  await assert.rejects(count('no-such-model', 'Say hello.'), Anthropic.NotFoundError);
  assert.equal(modelRequests(gateway.simulator).length, asked, 'no provider was asked');
});
