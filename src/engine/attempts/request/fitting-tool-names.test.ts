import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelRequest } from '../../../core/wire/request.ts';
import { withFittingToolNames, withToolNames } from './fitting-tool-names.ts';

const long = (end: string) => `mcp__${'server'.repeat(12)}__${end}`;
const inputSchema = { type: 'object' };
const plain = /^[a-zA-Z0-9_-]{1,64}$/;

test('shortens long tool names consistently everywhere and restores them in the reply', () => {
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
  const { request: fitting, names } = withFittingToolNames(request, plain);
  const [read = '', write = '', short] = fitting.tools?.map(({ name }) => name) ?? [];
  assert.deepEqual([read.length, write.length, short], [64, 64, 'short']);
  assert.notEqual(read, write);
  assert.deepEqual(fitting.toolChoice, { type: 'tool', name: write });
  assert.deepEqual(fitting.messages[0]?.content[0], {
    type: 'tool-call',
    id: 'a',
    name: read,
    arguments: '{}',
  });
  const restored = withToolNames(
    [
      { type: 'tool-call-start', index: 0, id: 'b', name: write },
      { type: 'tool-call-start', index: 1, id: 'c', name: 'short' },
    ],
    names ?? new Map(),
  );
  assert.deepEqual(
    restored.map((part) => part.type === 'tool-call-start' && part.name),
    [long('write'), 'short'],
  );
});

test('leaves a request unchanged if all its tool names fit', () => {
  const request: ModelRequest = { model: 'm', stream: false, messages: [] };
  assert.equal(withFittingToolNames(request, plain).request, request);
});

test('replaces characters that a provider does not accept, and keeps the tool names distinct', () => {
  const request: ModelRequest = {
    model: 'm',
    stream: false,
    messages: [],
    tools: ['1st', 'a.b/c', 'a_b_c', 'a/b.c'].map((name) => ({ name, inputSchema })),
  };
  const letterFirst = /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/;
  for (const taken of [plain, letterFirst]) {
    const { request: fitting, names } = withFittingToolNames(request, taken);
    const sent = fitting.tools?.map(({ name }) => name) ?? [];
    assert.equal(new Set(sent).size, 4);
    for (const name of sent) assert.match(name, taken);
    assert.equal(sent[2], 'a_b_c');
    assert.deepEqual(
      sent.map((name) => names?.get(name) ?? name),
      ['1st', 'a.b/c', 'a_b_c', 'a/b.c'],
    );
  }
});
