import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelRequest } from '../../../core/wire/request.ts';
import { propertyName } from '../../../dialects/makers/claude/property-name.ts';
import { RestoreProperties, withFittingProperties } from './fitting-properties.ts';

const long = 'x'.repeat(70);
const request: ModelRequest = {
  model: 'm',
  stream: false,
  tools: [
    {
      name: 'query',
      inputSchema: {
        type: 'object',
        properties: { $filter: { type: 'string' }, 'filter[search]': {}, [long]: {}, top: {} },
        required: ['$filter', 'top'],
      },
    },
    { name: 'plain', inputSchema: { type: 'object', properties: { a: {} } } },
  ],
  messages: [
    {
      role: 'assistant',
      content: [
        { type: 'tool-call', id: 'a', name: 'query', arguments: '{"$filter":"x","id":12345678901234567890}' },
        { type: 'tool-call', id: 'b', name: 'plain', arguments: '{"$filter":"x"}' },
      ],
    },
  ],
};
const claude = propertyName('us.anthropic.claude-sonnet-5-v1:0');

test('renames properties whose names Claude refuses, in schemas and in earlier calls', () => {
  const { request: fitting, properties } = withFittingProperties(request, claude);
  const { properties: members, required } = fitting.tools?.[0]?.inputSchema ?? {};
  const names = Object.keys(Object(members));
  assert.equal(names.length, 4);
  for (const name of names) assert.match(name, /^[a-zA-Z0-9_.-]{1,64}$/);
  assert.deepEqual(required, [names[0], 'top']);
  assert.equal(fitting.tools?.[1], request.tools?.[1]);
  const calls = fitting.messages[0]?.content.map((part) => part.type === 'tool-call' && part.arguments);
  assert.deepEqual(calls, [`{"${names[0]}":"x","id":12345678901234567890}`, '{"$filter":"x"}']);
  assert.deepEqual([...(properties?.get('query')?.values() ?? [])], ['$filter', 'filter[search]', long]);
});

test("restores the client's property names in an answer's calls, and passes each call on once it is complete", () => {
  const { properties = new Map(), request: fitting } = withFittingProperties(request, claude);
  const [first] = Object.keys(Object(fitting.tools?.[0]?.inputSchema.properties));
  const restore = new RestoreProperties(properties);
  const start = { type: 'tool-call-start', index: 1, id: 'c', name: 'query' } as const;
  const other = { type: 'tool-call-start', index: 2, id: 'd', name: 'plain' } as const;
  const finish = { type: 'finish', reason: 'tool-calls' } as const;
  assert.deepEqual(restore.read([start]), [start]);
  assert.deepEqual(restore.read([{ type: 'tool-call-delta', index: 1, text: `{"${first}":` }]), []);
  assert.deepEqual(restore.read([{ type: 'tool-call-delta', index: 1, text: '"y"}' }, other]), [
    { type: 'tool-call-delta', index: 1, text: '{"$filter":"y"}' },
    other,
  ]);
  const plain = { type: 'tool-call-delta', index: 2, text: '{}' } as const;
  assert.deepEqual(restore.read([plain, finish]), [plain, finish]);
});

test('leaves a request unchanged if all its properties fit or the model is not Claude', () => {
  const fitting = { ...request, tools: request.tools?.slice(1) ?? [] };
  assert.equal(withFittingProperties(fitting, claude).request, fitting);
  assert.equal(withFittingProperties(request, propertyName('gpt-6-sol')).request, request);
});
