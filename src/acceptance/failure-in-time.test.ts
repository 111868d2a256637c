import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

test('a slow pattern is also matched in a thread if the program is a text, not a file', () => {
  const script = `
    const { failureInTime } = await import(${JSON.stringify(import.meta.resolve('./failure-in-time.ts'))});
    const slow = { text: 'a'.repeat(19) + 'b', pattern: '^(a+)+$' };
    console.log(JSON.stringify(await failureInTime([slow])));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.deepEqual(JSON.parse(said), { at: 0, says: 'no match' });
});
