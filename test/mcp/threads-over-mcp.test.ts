import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { mcpClient } from '../support/mcp-client.ts';

const diff = '--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-export const a = 0;\n+export const a = 1;\n';

type Data = { readonly text: string; readonly continuation_id: string; readonly model: string };

test('eight turns of chat: each question is sent once per turn, and the prompt grows by one turn at a time', async (t) => {
  const { client, asked } = await mcpClient(t);
  let thread: string | undefined;
  for (let turn = 1; turn <= 8; turn += 1) {
    const prompt = `Question-${turn}: what follows from this for the design of the cache?`;
    const result = await client.callTool({
      name: 'chat',
      arguments: {
        prompt,
        model: turn % 2 ? 'haiku' : 'gpt-mini',
        ...(thread && { continuation_id: thread }),
      },
    });
    assert.ok(!result.isError, JSON.stringify(result.content));
    thread = (result.structuredContent as Data).continuation_id;
  }
  const bodies = (await asked()).map(({ body }) => JSON.stringify(body));
  assert.equal(bodies.length, 8);
  for (const [index, body] of bodies.entries()) {
    for (let turn = 1; turn <= index + 1; turn += 1) assert.equal(body.split(`Question-${turn}:`).length, 2);
  }
  const [second = '', eighth = ''] = [bodies[1], bodies[7]];
  assert.ok(eighth.length < 3 * second.length, `${eighth.length} against ${second.length}`);
});

test('two simultaneous threads of every tool never mix', async (t) => {
  const { client, folder, asked, forget } = await mcpClient(t);
  await writeFile(join(folder, 'a.ts'), 'export const a = 1;\n');
  const { tools } = await client.listTools();
  const threaded = tools.filter(({ inputSchema }) => 'continuation_id' in (inputSchema.properties ?? {}));
  const promptable = threaded.filter(({ inputSchema }) => 'prompt' in (inputSchema.properties ?? {}));
  assert.ok(promptable.length >= 10);
  for (const { name, inputSchema } of promptable) {
    const material = 'diff' in (inputSchema.properties ?? {}) ? { diff } : { files: ['a.ts'] };
    await forget();
    const thread = async (marker: string) => {
      let id: string | undefined;
      for (const turn of [1, 2]) {
        const result = await client.callTool({
          name,
          arguments: { prompt: `${marker} ${turn}?`, ...material, ...(id && { continuation_id: id }) },
        });
        assert.ok(!result.isError, `${name}: ${JSON.stringify(result.content)}`);
        id = (result.structuredContent as Data).continuation_id;
      }
    };
    await Promise.all([thread('ALPHA'), thread('OMEGA')]);
    const bodies = (await asked()).map(({ body }) => JSON.stringify(body));
    assert.ok(bodies.length >= 4, `${name}: ${bodies.length} calls`);
    for (const body of bodies) {
      assert.ok(body.includes('ALPHA') !== body.includes('OMEGA'), `${name} mixes its threads`);
    }
  }
});

test('a thread continues with its last model, keeps its files, sends a changed one again, and can be deleted', async (t) => {
  const { client, folder, asked } = await mcpClient(t);
  const call = async (name: string, args: Record<string, unknown>) => {
    const result = await client.callTool({ name, arguments: args });
    return { ...result, data: result.structuredContent as Data & { threads: { id: string }[] } };
  };
  await writeFile(join(folder, 'a.ts'), 'const version = "first";\n');
  const first = await call('chat', { prompt: 'What is it?', files: ['a.ts'], model: 'opus' });
  const id = first.data.continuation_id;
  const second = await call('debug', { prompt: 'And now?', files: ['a.ts'], continuation_id: id });
  assert.equal(second.data.model, first.data.model);
  await writeFile(join(folder, 'a.ts'), 'const version = "second";\n');
  await call('chat', { prompt: 'And then?', files: ['a.ts'], continuation_id: id });

  const bodies = (await asked()).map(({ body }) => JSON.stringify(body));
  const shown = (body = '') => body.match(/<file-[0-9a-f]{16} path=/g)?.length;
  assert.equal(shown(bodies[1]), 1, 'an unchanged file appears once');
  assert.equal(shown(bodies[2]), 1, 'a changed file appears once');
  assert.match(bodies[2] ?? '', /1 \| const version = \\"second\\"/);

  assert.deepEqual(
    (await call('threads', {})).data.threads.map((thread) => thread.id),
    [id],
  );
  await call('threads', { action: 'delete', continuation_id: id });
  const gone = await call('chat', { prompt: 'Still there?', continuation_id: id });
  assert.equal(gone.isError, true);
  assert.match(JSON.stringify(gone.content), /not_found.*continuation_id/);
  assert.equal((await asked()).length, 3, 'no further call was made');
});
