import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offeredNames } from './offered-names.ts';

const calls: readonly (readonly [called: string, offered: readonly string[], expected: string])[] = [
  ['default_api:look', ['look', 'hear'], 'look'],
  ['default_api:fs.delete', ['delete', 'fs.delete'], 'fs.delete'],
  ['fs.delete', ['delete', 'fs.read'], 'fs.delete'],
  ['my.draft.delete', ['delete', 'my.draft__delete'], 'my.draft__delete'],
  ['Draft.delete', ['delete', 'draft__delete'], 'draft__delete'],
  ['default_api:draft__delete', ['delete', 'draft__delete'], 'draft__delete'],
  ['draft.tools.delete', ['delete', 'draft__delete'], 'draft.tools.delete'],
  ['draft:api.delete', ['delete', 'draft__delete'], 'draft:api.delete'],
  ['mcp.draft.delete', ['delete', 'mcp__draft__delete'], 'mcp__draft__delete'],
  ['draft.delete', ['delete', 'mcp__draft__delete'], 'draft.delete'],
  ['api.fs.read', ['fs.read', 'fs:read'], 'fs.read'],
  ['api.fs__read', ['fs.read', 'fs:read'], 'api.fs__read'],
  ['mcp__draft__delete', ['delete'], 'mcp__draft__delete'],
  ['default_api.mcp__draft__delete', ['delete'], 'default_api.mcp__draft__delete'],
];

for (const [called, offered, expected] of calls)
  test(`a call of ${called}, where ${offered.join(' and ')} are offered, is one of ${expected}`, () => {
    const tools = offered.map((name) => ({ name, inputSchema: {} }));
    const parts = offeredNames(
      { tools },
      undefined,
    )([{ type: 'tool-call-start', index: 0, id: 'c', name: called }]);
    const names = parts.flatMap((part) => (part.type === 'tool-call-start' ? part.name : []));
    assert.deepEqual(names, [expected]);
    assert.equal(parts.length, called === expected ? 1 : 2, 'a repair is told');
  });
