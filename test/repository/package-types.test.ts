import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../support/temp-folder.ts';

const root = join(import.meta.dirname, '../..');
const tsc = join(root, 'node_modules/.bin/tsc');

/** A program of the strictest kind that checks the types of its libraries. */
const strict = {
  target: 'es2024',
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  types: [],
};

/** The samples of a page are one program, which loads no types by itself unless it uses Node's. */
function program(page: string): string {
  const samples = readFileSync(join(root, page), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms);
  return [...samples].map(([, code]) => code).join('\n');
}

test("the package's declarations and the documentation's samples compile in a strict program that loads no other types", (t) => {
  const folder = tempFolder(t, {
    'package.json': '{"type": "module"}',
    'readme.ts': program('README.md'),
    'library.ts': program('docs/library.md'),
    'tsconfig.json': JSON.stringify({ compilerOptions: strict, files: ['readme.ts', 'library.ts'] }),
    'node_modules/conclave/package.json': JSON.stringify({
      type: 'module',
      exports: { '.': { types: './dist/index.d.ts' } },
    }),
  });
  const library = join(folder, 'node_modules/conclave');
  mkdirSync(library, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(library, 'node_modules'));
  run(['-p', join(root, 'tsconfig.build.json'), '--emitDeclarationOnly', '--outDir', join(library, 'dist')]);
  run(['-p', folder]);
});

function run(args: readonly string[]): void {
  const { status, stdout } = spawnSync(tsc, args, { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
}
