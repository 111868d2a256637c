import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelRequest } from '../../core/request.ts';
import { withShortToolNames, withToolNames } from './short-tool-names.ts';

const long = (end: string) => `mcp__${'server'.repeat(12)}__${end}`;
const inputSchema = { type: 'object' };

test('long names of tools are told short, the same everywhere, and heard as they were', () => {
  const request: ModelRequest = {
    model: 'm',
    stream: false,
    tools: [long('read'), long('write'), 'short'].map((name) => ({ name, inputSchema })),
    toolChoice: { type: 'tool', name: long('write') },
    messages: [
      {
        role: 'assistant',
        content: [{ type: 'tool-call', id: 'a', name: long('read'), arguments: '{}' }],
      },
    ],
  };
  const { request: told, names } = withShortToolNames(request, 64);
  const [read = '', write = '', short] = told.tools?.map(({ name }) => name) ?? [];
  assert.deepEqual([read.length, write.length, short], [64, 64, 'short']);
  assert.notEqual(read, write);
  assert.deepEqual(told.toolChoice, { type: 'tool', name: write });
  assert.deepEqual(told.messages[0]?.content[0], { type: 'tool-call', id: 'a', name: read, arguments: '{}' });
  const heard = withToolNames(
    [
      { type: 'tool-call-start', index: 0, id: 'b', name: write },
      { type: 'tool-call-start', index: 1, id: 'c', name: 'short' },
    ],
    names ?? new Map(),
  );
  assert.deepEqual(
    heard.map((part) => part.type === 'tool-call-start' && part.name),
    [long('write'), 'short'],
  );
});

test('a request whose names all fit stays the same object', () => {
  const request: ModelRequest = { model: 'm', stream: false, messages: [] };
  assert.equal(withShortToolNames(request, 64).request, request);
});
