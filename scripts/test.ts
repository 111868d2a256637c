import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { pathToFileURL } from 'node:url';
import '../test/support/no-settings.ts';
import '../test/support/compile-cache.ts';

// Runs the test files that are named, or all: `node scripts/test.ts src/core/json/*.test.ts`. Small neighbours share a
// process: alone, each would spend most of its time on loading the hundreds of modules that the next one loads again.

/** Parts of which files share processes. Those of the others start processes themselves, wait, or measure time. */
const shared = ['src', 'test/money', 'test/router', 'test/tools', 'test/wire'];
const filesPerProcess = 10;
/** What is in a file that needs a process of its own all the same. */
const unshareable = [
  /^\/\/ Needs a process of its own/m,
  // A hook outside of a suite would belong to the tests of all files.
  /^(?:before|after|beforeEach|afterEach)\(/m,
  // What tests of other files left would be measured with it.
  /process\.memoryUsage\(/,
];

/** A test that ends its process would end it well, and those behind it would be missed by nobody. */
const failsUnlessDone = `
import { after } from 'node:test';
let done = false;
after(() => {
  done = true;
});
process.once('exit', () => {
  if (done) return;
  console.error('A test has ended its process; the tests behind it did not run.');
  process.exitCode = 1;
});
`;

const named = process.argv.slice(2);
// The longest tests come first, so that the end is not spent waiting for one of them.
const files = named.length > 0 ? named : ['test', 'examples', 'bench', 'src'].flatMap(testsIn);
const folder = mkdtempSync(join(tmpdir(), 'conclave-test-run-'));
process.once('exit', () => rmSync(folder, { recursive: true }));

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
run({ files: batchesOf(files).map(importing), concurrency: 3, timeout: 600_000, signal: stopped.signal })
  .on('test:fail', () => (process.exitCode = 1))
  .compose(spec)
  .pipe(process.stdout);

function testsIn(top: string): string[] {
  return globSync(`${top}/**/*.test.ts`).sort();
}

/** The files of each process: of one part of the source, or of the tests, and not too many. */
function batchesOf(paths: readonly string[]): string[][] {
  const groups = Map.groupBy(paths, (path) =>
    isShareable(path) ? dirname(path).split('/').slice(0, 2).join('/') : path,
  );
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / filesPerProcess) }, (_, index) =>
      group.slice(index * filesPerProcess, (index + 1) * filesPerProcess),
    ),
  );
}

function isShareable(path: string): boolean {
  if (!shared.some((part) => path.startsWith(`${part}/`))) return false;
  const text = readFileSync(path, 'utf8');
  return !unshareable.some((pattern) => pattern.test(text));
}

/** Writes a module that imports the files, and returns its path. */
function importing(paths: readonly string[], index: number): string {
  const path = join(folder, `${index}.test.mjs`);
  const imports = paths.map((one) => `import '${pathToFileURL(resolve(one)).href}';\n`);
  writeFileSync(path, [...imports, failsUnlessDone].join(''));
  return path;
}
