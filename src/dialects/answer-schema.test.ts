import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../core/json/json.ts';
import type { ModelRequest } from '../core/wire/request.ts';
import anthropicMessages from './anthropic-messages/index.ts';
import bedrockConverse from './bedrock-converse/index.ts';
import { objectOf, objectsOf } from './fields/loose-fields.ts';
import openaiChat from './openai-chat/index.ts';
import openaiResponses from './openai-responses/index.ts';

// The schema that a client wants its answer to fit reaches each provider whole, with its name and description.

const claude = 'claude-sonnet-4-5';
const bedrockClaude = 'anthropic.claude-sonnet-4-5-v1:0';
const schema = {
  type: 'object',
  properties: { n: { type: 'integer' } },
  required: ['n'],
  additionalProperties: false,
};
const format = { name: 'count_it', description: 'How many there are', schema, strict: true };
const messages = [{ role: 'user', content: 'How many?' }];

const clients: readonly ((of: JsonObject) => ModelRequest)[] = [
  (of) =>
    openaiChat.readRequest({
      model: 'm',
      max_tokens: 99,
      messages,
      response_format: { type: 'json_schema', json_schema: of },
    }),
  (of) =>
    openaiResponses.readRequest({
      model: 'm',
      max_output_tokens: 99,
      input: messages,
      text: { format: { type: 'json_schema', ...of } },
    }),
];
const target = (model: string) => ({ model, quirks: {}, stream: false });

test('the name and the description of an answer’s schema are sent from each client to each provider', () => {
  for (const read of clients) {
    const request = read(format);
    assert.deepEqual(anthropicMessages.writeRequest(request, target(claude)).body.output_config, {
      format: { type: 'json_schema', schema: { description: format.description, ...schema } },
    });
    const jsonSchema = {
      name: format.name,
      description: format.description,
      schema: JSON.stringify(schema),
    };
    assert.deepEqual(bedrockConverse.writeRequest(request, target(bedrockClaude)).body.outputConfig, {
      textFormat: { type: 'json_schema', structure: { jsonSchema } },
    });
    assert.deepEqual(openaiChat.writeRequest(request, target('gpt-5.4')).body.response_format, {
      type: 'json_schema',
      json_schema: format,
    });
    assert.deepEqual(openaiResponses.writeRequest(request, target('gpt-5.4')).body.text, {
      format: { type: 'json_schema', ...format },
    });
  }
});

test('a name that providers reject is sent in their alphabet', () => {
  for (const read of clients) {
    const request = read({ ...format, name: 'count it' });
    const { body: chat } = openaiChat.writeRequest(request, target('gpt-5.4'));
    assert.deepEqual(chat.response_format, { type: 'json_schema', json_schema: format });
    const { body: responses } = openaiResponses.writeRequest(request, target('gpt-5.4'));
    assert.deepEqual(responses.text, { format: { type: 'json_schema', ...format } });
  }
});

test('a description in the schema itself is preferred to that of the format, which stands beside it', () => {
  const [read] = clients;
  const request = read?.({ ...format, schema: { ...schema, description: 'Its own' } });
  assert.ok(request);
  assert.deepEqual(anthropicMessages.writeRequest(request, target(claude)).body.output_config, {
    format: { type: 'json_schema', schema: { ...schema, description: 'Its own' } },
  });
});

const withMember = (metadata: JsonObject) => ({
  ...format,
  schema: { ...schema, properties: { metadata }, required: ['metadata'] },
});
const free: readonly JsonObject[] = [
  { type: 'object' },
  { type: 'object', patternProperties: { '^x-': { type: 'string' } } },
  { type: ['object', 'null'], additionalProperties: { type: 'string' } },
  { type: 'object', additionalProperties: true },
];

test('a Claude that cannot be held to free keys answers by a tool, where they stay free', () => {
  for (const metadata of free) {
    for (const read of clients) {
      const asked = withMember(metadata);
      const { body, warnings } = anthropicMessages.writeRequest(read(asked), target(claude));
      const about =
        'Gives the final answer: How many there are. Call it exactly once, with the whole answer.';
      const name = 'conclave_answer';
      assert.deepEqual(body.tools, [{ name, description: about, input_schema: asked.schema }]);
      assert.deepEqual(body.tool_choice, { type: 'tool', name, disable_parallel_tool_use: true });
      assert.deepEqual([body.output_config, warnings.length], [undefined, 1]);
      const converse = bedrockConverse.writeRequest(read(asked), target(bedrockClaude));
      assert.deepEqual(converse.body.toolConfig, {
        tools: [{ toolSpec: { name, description: about, inputSchema: { json: asked.schema } } }],
        toolChoice: { tool: { name } },
      });
      assert.deepEqual([converse.body.outputConfig, converse.warnings.length], [undefined, 1]);
    }
  }
});

/** Returns a strict tool as Anthropic and Bedrock are offered it, with the warnings. */
function offered(inputSchema: JsonObject, model = bedrockClaude) {
  const request: ModelRequest = {
    model: 'm',
    stream: false,
    maxOutputTokens: 99,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    tools: [{ name: 'save', inputSchema, strict: true }],
  };
  const anthropic = anthropicMessages.writeRequest(request, target(claude));
  const bedrock = bedrockConverse.writeRequest(request, target(model));
  const { toolSpec } = objectsOf(objectOf(bedrock.body.toolConfig).tools)[0] ?? {};
  const { inputSchema: input, ...converse } = objectOf(toolSpec);
  const written = [
    objectsOf(anthropic.body.tools)[0],
    { ...converse, input_schema: objectOf(input).json },
  ] as const;
  return { written, warnings: [anthropic.warnings.join(), bedrock.warnings.join()] as const };
}

test('a strict tool with free keys is offered without "strict", where they stay free', () => {
  for (const metadata of free) {
    const { schema: inputSchema } = withMember(metadata);
    const { written, warnings } = offered(inputSchema);
    for (const tool of written) assert.deepEqual(tool, { name: 'save', input_schema: inputSchema });
    for (const warning of warnings) assert.match(warning, /"save" was offered without "strict"/);
  }
});

test('a strict tool is offered with closed objects and without what is not enforced, at Bedrock as at Anthropic', () => {
  const inputSchema = {
    type: 'object',
    properties: { tags: { type: 'array', items: { type: 'string' }, maxItems: 3 } },
    required: ['tags'],
  };
  const tags = { type: 'array', items: { type: 'string' }, description: '(maxItems: 3)' };
  const input_schema = { ...inputSchema, properties: { tags }, additionalProperties: false };
  for (const model of [bedrockClaude, 'openai.gpt-oss-120b-1:0']) {
    const { written, warnings } = offered(inputSchema, model);
    for (const tool of written) assert.deepEqual(tool, { name: 'save', strict: true, input_schema });
    for (const warning of warnings) assert.match(warning, /the tool "save", "maxItems" is described/);
  }
  for (const model of ['us.anthropic.claude-opus-4-8', 'amazon.nova-pro-v1:0']) {
    const { written, warnings } = offered(inputSchema, model);
    assert.deepEqual(written[1], { name: 'save', input_schema: inputSchema });
    assert.match(warnings[1], /"save" was offered without "strict"/);
  }
});

test('a schema that names no key at all is given to every Claude as a tool: the answer would always be empty', () => {
  const map = { type: 'object', additionalProperties: { type: 'string' } };
  const whole = [{ anyOf: [map, { type: 'null' }] }, { oneOf: [map, { type: 'object' }] }, { allOf: [map] }];
  const referred = { $ref: '#/$defs/map', $defs: { map } };
  for (const asked of [...free, map, { ...map, properties: {} }, ...whole, referred]) {
    for (const read of clients) {
      const request = read({ ...format, schema: asked });
      const { body } = anthropicMessages.writeRequest(request, target('claude-opus-5-5'));
      assert.equal(body.output_config, undefined);
      assert.equal(objectsOf(body.tools)[0]?.name, 'conclave_answer');
      assert.deepEqual(body.tool_choice, { type: 'auto' });
    }
  }
});

test(
  'a schema whose branches share their parts, contain it or lead far is read in time',
  { timeout: 5_000 },
  () => {
    const map = { type: 'object', additionalProperties: { type: 'string' } };
    const chain = (length: number, link: (next: JsonObject) => JsonObject): JsonObject => {
      const links = Array.from({ length }, (_, at) => [`a${at}`, link({ $ref: `#/$defs/a${at + 1}` })]);
      return { $ref: '#/$defs/a0', $defs: { ...Object.fromEntries(links), [`a${length}`]: map } };
    };
    const shared = chain(60, (next) => ({ anyOf: [next, next] }));
    const itself = { anyOf: [{ $ref: '#' }, map] };
    for (const asked of [shared, itself, chain(20_000, (next) => next)]) {
      for (const read of clients) {
        const request = read({ ...format, schema: asked });
        const { body } = anthropicMessages.writeRequest(request, target('claude-opus-5-5'));
        assert.ok(body.tools ?? body.output_config);
      }
    }
  },
);

test('a Claude that can be held to named keys only is held to them, with a warning', () => {
  for (const metadata of free) {
    for (const read of clients) {
      const { body, warnings } = anthropicMessages.writeRequest(
        read(withMember(metadata)),
        target('claude-opus-5-5'),
      );
      assert.equal(body.tools, undefined);
      assert.match(JSON.stringify(body.output_config), /"metadata":\{[^{}]*"additionalProperties":false/);
      assert.match(warnings.join(), /only the properties that it names are possible/);
    }
  }
});
