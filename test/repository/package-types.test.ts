import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../support/temp-folder.ts';

const root = join(import.meta.dirname, '../..');
const tsc = join(root, 'node_modules/.bin/tsc');

/** A program of the strictest kind that loads no types by itself and checks those of its libraries. */
const program = `import { createConclave, usdText } from 'conclave';

const conclave = await createConclave();
const { costNanoUsd } = await conclave.chat({ model: 'auto', prompt: 'Name three rivers.' });
export const cost: string = usdText(costNanoUsd);
`;

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

test("the package's declarations compile in a strict program that loads no other types", (t) => {
  const folder = tempFolder(t, {
    'package.json': '{"type": "module"}',
    'program.ts': program,
    'tsconfig.json': JSON.stringify({ compilerOptions: strict, files: ['program.ts'] }),
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
