import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, jsonSchema, stepCountIs, streamText, tool, type LanguageModel } from 'ai';
import OpenAI from 'openai';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json/json.ts';
import { everySimulatedProvider, openTestGateway, type TestGateway } from '../support/gateway.ts';

// An official client runs a tool and continues by itself. The model's reasoning before the call reaches the model again
// in the second turn, whatever part of it the client returns.

let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway({
    config: (simulator) => ({
      providers: {
        ...everySimulatedProvider(simulator),
        moonshot: { baseUrl: `${simulator.url}/moonshot/v1`, apiKey: 'k' },
      },
      models: [{ id: 'ollama/qwen3:8b', capabilities: ['tools', 'reasoning'] }],
      routing: { retries: 0 },
    }),
  });
});
after(() => gateway.close());

const question = 'What is the weather in Paris? Use the tool.';
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const;

type Loop = (model: string) => Promise<string>;

const clients: Readonly<Record<string, Loop>> = {
  openai: (model) => chatLoop(model, false),
  'openai, streamed': (model) => chatLoop(model, true),
  'ai with @ai-sdk/openai-compatible': (model) => vercelLoop(vercelOpenAi(model), false),
  'ai with @ai-sdk/openai-compatible, streamed': (model) => vercelLoop(vercelOpenAi(model), true),
  '@langchain/openai': langchainLoop,
  'ai with @ai-sdk/anthropic': (model) => vercelLoop(vercelAnthropic(model), false),
  'ai with @ai-sdk/anthropic, streamed': (model) => vercelLoop(vercelAnthropic(model), true),
  'openai, the Responses of a client that returns encrypted thoughts alone': responsesLoop,
};

async function chatLoop(model: string, stream: boolean): Promise<string> {
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
  const run = () => Promise.resolve('{"celsius": 21}');
  const get_weather = {
    name: 'get_weather',
    description: 'Tells the weather',
    parse: asObject,
    function: run,
    parameters: { ...parameters, required: [...parameters.required] },
  };
  const body = {
    model,
    reasoning_effort: 'high' as const,
    messages: [{ role: 'user' as const, content: question }],
    tools: [{ type: 'function' as const, function: get_weather }],
  };
  const runner = stream
    ? client.chat.completions.runTools({ ...body, stream })
    : client.chat.completions.runTools(body);
  return (await runner.finalContent()) ?? '';
}

function asObject(text: string): object {
  return JSON.parse(text) as object; // arguments of our own tool
}

async function langchainLoop(model: string): Promise<string> {
  const chat = new ChatOpenAI({
    model,
    apiKey: gateway.key,
    maxRetries: 0,
    modelKwargs: { reasoning_effort: 'high' },
    configuration: { baseURL: `${gateway.url}/v1` },
  }).bindTools([{ type: 'function', function: { name: 'get_weather', parameters } }]);
  const asked = [new HumanMessage(question)];
  const first = await chat.invoke(asked);
  const results = (first.tool_calls ?? []).map(
    ({ id = '' }) => new ToolMessage({ content: '{"celsius": 21}', tool_call_id: id }),
  );
  return (await chat.invoke([...asked, first, ...results])).text;
}

function vercelOpenAi(model: string): LanguageModel {
  const settings = { name: 'conclave', baseURL: `${gateway.url}/v1`, apiKey: gateway.key };
  return createOpenAICompatible(settings)(model);
}

function vercelAnthropic(model: string): LanguageModel {
  return createAnthropic({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key })(model);
}

async function vercelLoop(model: LanguageModel, streamed: boolean): Promise<string> {
  const settings = {
    model,
    prompt: question,
    maxRetries: 0,
    maxOutputTokens: 4_000,
    stopWhen: stepCountIs(3),
    providerOptions: {
      conclave: { reasoningEffort: 'high' },
      anthropic: { thinking: { type: 'enabled' as const, budgetTokens: 2_000 } },
    },
    tools: {
      get_weather: tool({
        inputSchema: jsonSchema(parameters),
        execute: () => Promise.resolve('{"celsius": 21}'),
      }),
    },
  };
  if (!streamed) return (await generateText(settings)).text;
  let failed: unknown;
  const result = streamText({
    ...settings,
    onError: ({ error }) => {
      failed = error;
    },
  });
  await result.consumeStream();
  if (failed !== undefined) throw failed;
  return result.text;
}

/** As @ai-sdk/openai does with `store: false`: a reasoning item without `encrypted_content` is left out. */
async function responsesLoop(model: string): Promise<string> {
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
  const settings = {
    model,
    store: false,
    include: ['reasoning.encrypted_content' as const],
    reasoning: { effort: 'high' as const },
    tools: [{ type: 'function' as const, name: 'get_weather', parameters, strict: false }],
  };
  const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: question }];
  const first = await client.responses.create({ ...settings, input });
  const kept = first.output.filter((item) => item.type !== 'reasoning' || item.encrypted_content);
  const calls = first.output.filter((item) => item.type === 'function_call');
  assert.ok(calls.length > 0);
  const results = calls.map(({ call_id }) => ({
    type: 'function_call_output' as const,
    call_id,
    output: '{"celsius": 21}',
  }));
  const next = [...input, ...(kept as OpenAI.Responses.ResponseInput), ...results];
  return (await client.responses.create({ ...settings, input: next })).output_text;
}

/** How a thought of the first turn looks in the second request, where it is not lost. */
const tellers: Readonly<Record<string, (body: JsonObject) => boolean>> = {
  'deepseek/deepseek-v4-pro': (body) => textIn(turnIn(body), 'reasoning_content') !== '',
  'moonshot/kimi-k2.6': (body) => textIn(turnIn(body), 'reasoning_content') !== '',
  'google/gemini-3-flash-preview': (body) => {
    const model = listIn(body, 'contents').find(({ role }) => role === 'model') ?? {};
    const signature = listIn(model, 'parts').map((part) => textIn(part, 'thoughtSignature'));
    return signature.some((text) => text.startsWith('SIM'));
  },
  'anthropic/claude-sonnet-4-5': (body) =>
    listIn(turnIn(body), 'content').some(({ type }) => type === 'thinking') && body['thinking'] !== undefined,
  'openai/gpt-6-sol': (body) => listIn(body, 'input').some(({ encrypted_content: e }) => e !== undefined),
  'ollama/qwen3:8b': (body) => textIn(turnIn(body), 'thinking') !== '',
};

for (const [name, loop] of Object.entries(clients)) {
  describe(name, () => {
    for (const [model, tells] of Object.entries(tellers)) {
      test(`goes on with ${model} after a tool call, its thought told again`, async () => {
        const before = modelCalls().length;
        assert.match(await loop(model), /21/);
        const [, second] = modelCalls().slice(before);
        assert.ok(isJsonObject(second?.body));
        assert.ok(tells(second.body), JSON.stringify(second.body));
      });
    }
  });
}

/** The requests so far without those for the details of a local server's models, which may come at any time. */
const modelCalls = () =>
  gateway.simulator.requests().filter(({ method, path }) => method === 'POST' && !path.endsWith('/api/show'));

function turnIn(body: JsonObject): JsonObject {
  const turns = listIn(body, 'messages');
  return turns.find(({ role }) => role === 'assistant') ?? {};
}

function listIn(body: JsonObject, member: string): JsonObject[] {
  const list: JsonValue | undefined = body[member];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function textIn(body: JsonObject, member: string): string {
  const text = body[member];
  return typeof text === 'string' ? text.trim() : '';
}
