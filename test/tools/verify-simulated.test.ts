import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConclave } from '../../src/index.ts';
import { mcpClient } from '../support/mcp-client.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('simulated models extract claims, check sums and compare with the material, and say that they are simulated', async (t) => {
  const cwd = tempFolder(t, { 'queue.ts': '// The queue holds forty jobs.\nexport const most = 40;\n' });
  const conclave = await createConclave({ simulate: true, home: tempFolder(t), cwd });
  t.after(() => conclave.close());
  const { claims, disputed, simulated } = await conclave.verify({
    text: '2 + 2 = 5. The queue holds forty jobs. Whales sing at night. Is that so?',
    files: ['queue.ts'],
  });
  assert.deepEqual(
    claims.map(({ claim, verdict }) => [claim, verdict]),
    [
      ['2 + 2 = 5.', 'refuted'],
      ['The queue holds forty jobs.', 'supported'],
      ['Whales sing at night.', 'unsure'],
    ],
  );
  assert.match(JSON.stringify(disputed), /Simulated: 2 \+ 2 is 4/);
  assert.equal(simulated, true);
});

test('over MCP, an answer whose author nobody names is taken for one of the client’s own family', async (t) => {
  const { client } = await mcpClient(t, 'claude-code');
  const result = await client.callTool({ name: 'verify', arguments: { claims: ['2 + 2 = 4.'] } });
  const { checker, text, warnings } = result.structuredContent as Record<string, unknown>;
  assert.match(String(text), /1 supported.*; claimed by claude\./);
  assert.doesNotMatch(String(checker), /^$|claude/);
  assert.doesNotMatch(String(warnings), /author of the answer is unknown/);
});
