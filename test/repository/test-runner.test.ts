import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../support/temp-folder.ts';

const files: Readonly<Record<string, readonly [body: string, exitCode: number, says: RegExp]>> = {
  passes: ["test('a', () => undefined)", 0, /pass 1/],
  fails: ["test('a', () => { throw new Error('x') })", 1, /fail 1/],
  'ends its process well': [
    "test('a', () => process.exit(0)); test('b', () => undefined)",
    1,
    /has ended its process/,
  ],
  'cannot be loaded': ["import './no-such-file.ts'", 1, /no-such-file/],
};

for (const [what, [body, exitCode, says]] of Object.entries(files)) {
  test(`npm test exits with ${exitCode} where a file ${what}`, (t) => {
    const file = join(tempFolder(t), 'sample.test.mjs');
    writeFileSync(file, `import { test } from 'node:test';\n${body};\n`);
    // A run of its own, not a part of this one.
    const { NODE_TEST_CONTEXT: _ours, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/test.ts', file], { env });
    const output = `${String(stdout)}${String(stderr)}`;
    assert.equal(status, exitCode, output);
    assert.match(output, says);
  });
}
