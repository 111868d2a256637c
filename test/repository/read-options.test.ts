import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../support/temp-folder.ts';

const root = join(import.meta.dirname, '../..');
const run = (...command: readonly string[]) =>
  spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });

test('a script reports in one line what is wrong with its options', (t) => {
  for (const script of [
    'bench/router.ts',
    'bench/mission.ts',
    'scripts/data-routing.ts',
    'scripts/train-router.ts',
  ]) {
    const { status, stderr } = run(script, '--bogus');
    assert.equal(status, 2, script);
    assert.match(stderr, /^Unknown option '--bogus'\. Usage: npm run [^\n]+\n$/, script);
  }
  const { status, stderr } = run('scripts/train-router.ts', '--data', tempFolder(t));
  assert.equal(status, 1);
  assert.match(stderr, /^\S+ lacks [^\n]+ write the weights elsewhere: --out DIR\.\n$/);
});
