import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectOf, objectsOf } from '../../src/dialects/fields/loose-fields.ts';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';
import { completion } from '../support/chat-replies.ts';

// MCP servers declare tools that Anthropic accepts and OpenAI rejects together with the whole request, and agents
// offer them with every call.

async function startProviders(t: Cleanup) {
  const { url, received } = await startEchoingProvider(t, () => ({ body: completion() }));
  const at = { baseUrl: `${url}/v1`, apiKey: 'k', dialect: 'openai-chat' as const };
  const gateway = await startTestGateway(t, {
    config: () => ({
      providers: { openai: at, azure: at, openrouter: at, lab: at },
      aliases: { any: 'openai/gpt-4.1' },
    }),
  });
  return async (path: string, body: object) => {
    const reply = await post(gateway, path, body);
    assert.equal(reply.status, 200, await reply.text());
    const sent = received.at(-1)?.body ?? {};
    return { sent, warnings: reply.headers.get('x-conclave-warnings') ?? '' };
  };
}

const bare = { name: 'list_regions', input_schema: { type: 'object' } };
const either = {
  name: 'find',
  input_schema: { type: 'object', oneOf: [{ properties: { id: { type: 'string' } } }] },
};
const messages = [{ role: 'user', content: 'Hello' }];
const schemasIn = (sent: Readonly<Record<string, unknown>>) =>
  objectsOf(JSON.parse(JSON.stringify(sent['tools']))).map((tool) => objectOf(tool.function).parameters);

test('a tool without parameters is offered with empty properties by every provider', async (t) => {
  const ask = await startProviders(t);
  for (const model of ['openai/gpt-4.1', 'azure/mine', 'openrouter/openai/gpt-4.1', 'lab/x']) {
    const { sent, warnings } = await ask('/v1/messages', { model, max_tokens: 99, messages, tools: [bare] });
    assert.deepEqual(schemasIn(sent), [{ type: 'object', properties: {} }], model);
    assert.doesNotMatch(warnings, /schema/, model);
  }
});

test('a union at the top of a tool is merged for models whose maker rejects it, with a warning', async (t) => {
  const ask = await startProviders(t);
  const merging = [
    'openai/gpt-4.1',
    'azure/mine',
    'openrouter/openai/gpt-4.1',
    'openrouter/anthropic/claude-x',
  ];
  for (const model of merging) {
    const { sent, warnings } = await ask('/v1/messages', {
      model,
      max_tokens: 99,
      messages,
      tools: [either],
    });
    const [schema] = schemasIn(sent);
    assert.deepEqual(objectOf(schema).properties, { id: { type: 'string' } }, model);
    assert.equal(objectOf(schema).oneOf, undefined, model);
    assert.match(warnings, /tool "find", "oneOf" is described/, model);
  }
  const { sent } = await ask('/v1/messages', { model: 'lab/x', max_tokens: 99, messages, tools: [either] });
  assert.deepEqual(schemasIn(sent), [either.input_schema]);
});

test('arrays get the `items` that OpenAI requires, and no keyword is `null`', async (t) => {
  const ask = await startProviders(t);
  const row = { type: 'object', properties: { cells: { type: ['array', 'null'] } }, required: null };
  const input_schema = {
    type: 'object',
    properties: { rows: { type: 'array', items: row }, of: { type: 'array' } },
  };
  const accepted = {
    type: 'object',
    properties: {
      rows: {
        type: 'array',
        items: { type: 'object', properties: { cells: { type: ['array', 'null'], items: {} } } },
      },
      of: { type: 'array', items: {} },
    },
  };
  for (const model of ['openai/gpt-4.1', 'azure/mine', 'openrouter/openai/gpt-4.1', 'lab/x']) {
    const tools = [{ name: 'write', input_schema }];
    const { sent, warnings } = await ask('/v1/messages', { model, max_tokens: 99, messages, tools });
    assert.deepEqual(schemasIn(sent), [accepted], model);
    assert.doesNotMatch(warnings, /schema/, model);
  }
  const tools = [{ type: 'function', function: { name: 'write', parameters: input_schema } }];
  const chosen = await ask('/v1/chat/completions', { model: 'any', messages, tools });
  assert.deepEqual(schemasIn(chosen.sent), [accepted]);
});

test('a relayed tool is corrected if Conclave chose the model, and left to its caller otherwise', async (t) => {
  const ask = await startProviders(t);
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
  const chosen = await ask('/v1/chat/completions', { model: 'any', messages, tools });
  assert.deepEqual(schemasIn(chosen.sent), [{ type: 'object', properties: {} }]);
  const named = await ask('/v1/chat/completions', { model: 'openai/gpt-4.1', messages, tools });
  assert.deepEqual(named.sent['tools'], tools);
});

test('a schema of an answer that is no object is put to OpenAI’s models in words', async (t) => {
  const ask = await startProviders(t);
  const format = { type: 'json_schema', schema: { type: 'array', items: { type: 'string' } } };
  const asked = (model: string) =>
    ask('/v1/messages', { model, max_tokens: 99, messages, output_config: { format } });
  const { sent, warnings } = await asked('openai/gpt-4.1');
  assert.equal(sent['response_format'], undefined);
  assert.match(JSON.stringify(sent['messages']), /valid against this JSON Schema.*array/);
  assert.match(warnings, /The JSON schema was sent as an instruction/);
  const other = await asked('lab/x');
  assert.match(JSON.stringify(other.sent['response_format']), /"type":"array"/);
});
