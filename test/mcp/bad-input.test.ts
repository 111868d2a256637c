import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { mcpClient } from '../support/mcp-client.ts';

/** The arguments that a tool requires before the wrong argument is reached. */
const needed: Readonly<Record<string, Record<string, unknown>>> = {
  explain: { request_id: 'req_none' },
};

test('every tool reports every kind of bad input by name with a remedy, and spends nothing', async (t) => {
  const { client, folder, asked } = await mcpClient(t);
  await writeFile(join(folder, 'a.ts'), 'export const a = 1;\n');
  await writeFile(join(folder, '.env'), 'TOKEN=1\n');
  const { tools } = await client.listTools();
  for (const { name, inputSchema } of tools) {
    const takes = (argument: string) => argument in (inputSchema.properties ?? {});
    const enough = {
      ...needed[name],
      ...(takes('prompt') && { prompt: 'Is it sound?' }),
      ...(takes('text') && { text: 'It is sound.' }),
      ...(takes('diff') && { diff: '--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-a\n+b\n' }),
    };
    const { diff: _, ...noDiff } = { diff: '', ...enough };
    const cases: [string, Record<string, unknown>, RegExp][] = [
      [
        'an unknown argument',
        { ...enough, modle: 'opus' },
        new RegExp(`^invalid_request: ${name} has no argument "modle"; .{10,}`),
      ],
    ];
    if (takes('continuation_id')) {
      const action = takes('action') ? { action: 'show' } : {};
      cases.push([
        'a bad thread id',
        { ...enough, ...action, continuation_id: 'thread_nowhere' },
        /^not_found: There is no thread "thread_nowhere".*/,
      ]);
    }
    if (takes('model'))
      cases.push(['an unknown model', { ...enough, model: 'sonet' }, /^model_not_found: .*sonet.*sonnet/]);
    // precommit reads only changes, so it needs a repository first.
    if (takes('files') && name !== 'precommit') {
      cases.push(
        ['a file outside', { ...noDiff, files: ['/etc/passwd'] }, /^permission: .*\/etc\/passwd.*outside/],
        ['a secret file', { ...noDiff, files: ['.env'] }, /^permission: .*\.env/],
      );
    }
    if (takes('range') || takes('compare_to')) {
      const wanted = takes('range') ? { range: 'main..HEAD' } : { compare_to: 'main' };
      cases.push([
        'no repository',
        { ...noDiff, ...wanted },
        /^(invalid_request|not_found): .*(git|repository)/,
      ]);
    }
    if (name === 'consensus') {
      const seats: [unknown, RegExp][] = [
        [{ model: 'haiku', stance: 'pro' }, /models\.0\.stance: .*"neutral"\|"for"\|"against"/],
        [{ model: 'haiku', stence: 'for' }, /models\.0: .*"stence"/],
        [7, /models\.0: .*string/],
      ];
      for (const [seat, message] of seats) {
        cases.push([`the seat ${JSON.stringify(seat)}`, { ...enough, models: [seat] }, message]);
      }
    }
    for (const [what, args, message] of cases) {
      const result = await client.callTool({ name, arguments: args });
      const [said] = result.content as { text: string }[];
      assert.equal(result.isError, true, `${name}, ${what}: ${said?.text}`);
      assert.match(said?.text ?? '', message, `${name}, ${what}`);
    }
  }
  assert.deepEqual(await asked(), []);
  const costs = await client.callTool({ name: 'costs', arguments: {} });
  assert.equal((costs.structuredContent as { totalNanoUsd: number }).totalNanoUsd, 0);
});
