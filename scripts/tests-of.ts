import { globSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

// Prints the test files that import a file, directly or not: `node scripts/tests-of.ts src/core/units.ts`.

const wanted = process.argv.slice(2).map((path) => resolve(path));
const files = globSync('{src,test,examples,bench}/**/*.ts').map((path) => resolve(path));
const importersOf = new Map<string, string[]>();
for (const file of files)
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(
    /(?:from|import|import\()\s*'(\.[^']+\.ts)'/g,
  )) {
    const imported = resolve(dirname(file), path);
    importersOf.set(imported, [...(importersOf.get(imported) ?? []), file]);
  }

const reached = new Set<string>();
const ahead = [...wanted];
for (let file = ahead.pop(); file !== undefined; file = ahead.pop()) {
  if (reached.has(file)) continue;
  reached.add(file);
  ahead.push(...(importersOf.get(file) ?? []));
}
const tests = [...reached].filter((file) => file.endsWith('.test.ts')).map((file) => relative('.', file));
if (tests.length === 0) {
  console.error(`No test imports ${process.argv.slice(2).join(', ') || 'anything: name a file'}.`);
  process.exitCode = 1;
}
for (const test of tests.sort()) console.log(test);
