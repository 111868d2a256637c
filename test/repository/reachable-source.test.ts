import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

const src = join(import.meta.dirname, '../../src');

/** The entry points of the published package: the command and the library. */
const entries = ['surfaces/cli/bin.ts', 'index.ts'].map((name) => join(src, name));

test('every file in src is reachable from the command or the library; files used only by benches or tests live there', () => {
  const reached = new Set<string>();
  const ahead = [...entries];
  for (let file = ahead.pop(); file !== undefined; file = ahead.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    ahead.push(...pathsIn(file));
  }
  const idle = sourceFiles().filter((file) => !reached.has(file));
  assert.deepEqual(
    idle.map((file) => relative(src, file)),
    [],
  );
});

/** Imports of both kinds, including types, and files that are started by their path. */
function pathsIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const paths = text.matchAll(/(?:from|import|import\(|new URL\()\s*'(\.[^']+\.ts)'/g);
  return [...paths].map(([, path = '']) => resolve(dirname(file), path));
}

function sourceFiles(): string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(src, name));
}
