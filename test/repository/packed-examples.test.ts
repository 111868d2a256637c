import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { packedExample, packedName } from '../../scripts/packed-example.ts';
import { environment } from '../support/command-line.ts';
import { gitRepository } from '../support/git-repository.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'examples');
const names = readdirSync(folder).filter((name) => !name.endsWith('.test.ts'));

const packed = (name: string) => packedExample(readFileSync(join(folder, name), 'utf8'));

test('an example of the package runs in a project that has Conclave installed', async (t) => {
  assert.ok(names.length > 0);
  const project = gitRepository(t);
  project.write({ 'add.ts': 'export const add = (a: number, b: number) => a + b;\n' });
  project.commit();
  project.write({ 'add.ts': 'export const add = (...all: number[]) => all.reduce((a, b) => a + b, 0);\n' });
  project.git('add', 'add.ts');
  project.write({
    // As `npm init` writes it.
    'package.json': JSON.stringify({ type: 'commonjs' }),
    'node_modules/conclave/package.json': JSON.stringify({ type: 'module', exports: './index.js' }),
    'node_modules/conclave/index.js': `export * from ${JSON.stringify(join(root, 'src/index.ts'))};`,
    ...Object.fromEntries(names.map((name) => [packedName(name), packed(name)])),
  });
  for (const name of names) {
    const { stdout } = await promisify(execFile)(process.execPath, [packedName(name), '--simulate'], {
      cwd: project.folder,
      env: environment(join(project.folder, 'home')),
    });
    assert.notEqual(stdout.trim(), '', name);
    const [, named = packedName(name)] = /`node (\S+?)[ `]/.exec(packed(name)) ?? [];
    assert.equal(named, packedName(name), 'how its header says that it is run');
  }
});
