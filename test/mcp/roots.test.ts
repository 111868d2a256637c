import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { bin, inherited } from '../support/command-line.ts';
import { tempFolder } from '../support/temp-folder.ts';

test("a client's open folders narrow what is read over stdio, can change, and never widen it", async (t) => {
  const outside = tempFolder(t, { 'c.md': 'C' });
  const folder = tempFolder(t, { 'src/a.md': 'A', 'other/b.md': 'B' });
  let open = [join(folder, 'src')];
  const client = new Client(
    { name: 'editor', version: '1' },
    { capabilities: { roots: { listChanged: true } }, versionNegotiation: { mode: 'legacy' } },
  );
  client.setRequestHandler('roots/list', () => ({
    roots: open.map((path) => ({ uri: pathToFileURL(path).href })),
  }));
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [bin, 'mcp', '--simulate'],
      cwd: folder,
      env: { ...inherited, CONCLAVE_HOME: tempFolder(t) },
    }),
  );
  t.after(() => client.close());
  const read = async (path: string) => {
    const result = await client.callTool({
      name: 'chat',
      arguments: { prompt: 'Read', model: 'haiku', files: [path] },
    });
    return result.isError ? (result.content as { text: string }[])[0]?.text : 'read';
  };
  assert.equal(await read('a.md'), 'read');
  assert.match((await read(join(folder, 'other/b.md'))) ?? '', /^permission: .*outside/);

  open = [join(folder, 'other'), outside, '/'];
  await client.sendRootsListChanged();
  assert.equal(await read(join(folder, 'other/b.md')), 'read');
  assert.match((await read(join(outside, 'c.md'))) ?? '', /^permission: .*outside/);
});

test('a client that cannot list its folders reads what the configuration allows', async (t) => {
  const folder = tempFolder(t, { 'a.md': 'A' });
  const client = new Client(
    { name: 'editor', version: '1' },
    { capabilities: { roots: {} }, versionNegotiation: { mode: 'legacy' } },
  );
  client.setRequestHandler('roots/list', () => {
    throw new Error('not now');
  });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [bin, 'mcp', '--simulate'],
      cwd: folder,
      env: { ...inherited, CONCLAVE_HOME: tempFolder(t) },
    }),
  );
  t.after(() => client.close());
  const args = { prompt: 'Read', model: 'haiku', files: ['a.md'] };
  const answer = await client.callTool({ name: 'chat', arguments: args });
  assert.ok(!answer.isError, JSON.stringify(answer.content));
});
