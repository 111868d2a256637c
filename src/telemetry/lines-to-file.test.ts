import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { text } from 'node:stream/consumers';
import { until } from '../../test/support/until.ts';
import { linesToFile } from './lines-to-file.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'conclave-lines-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('lines arrive whole and in order, including those still buffered at the end', async (t) => {
  const path = join(await folder(t), 'log');
  const fd = openSync(path, 'a');
  const lines = linesToFile(fd);
  const wanted = Array.from({ length: 3_000 }, (_, at) => `line ${at} äöü\n`);
  for (const line of wanted.slice(0, 2_900)) lines.write(line);
  await until(
    () => readFileSync(path, 'utf8') === wanted.slice(0, 2_900).join(''),
    'the lines of a busy time',
  );
  for (const line of wanted.slice(2_900)) lines.write(line);
  lines.flushSync();
  assert.equal(readFileSync(path, 'utf8'), wanted.join(''));
  closeSync(fd);
});

test('a closed pipe neither ends nor blocks the process, not even on exit', async (t) => {
  const pipe = join(await folder(t), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const fd = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  const lines = linesToFile(fd);
  closeSync(reader);
  lines.write('for nobody\n');
  lines.flushSync();
  lines.write('x'.repeat(100_000));
  lines.flushSync();
  closeSync(fd);
});

/** Simulates a full disk and its cleanup by a file size limit of this process. */
const skip = spawnSync('prlimit', ['--version']).status === 0 ? false : "needs util-linux's prlimit";

test('lines that a full disk refuses are written once it has room, without a gap', { skip }, async (t) => {
  const limitSize = (most: number | 'unlimited') =>
    execFileSync('prlimit', [`--pid=${process.pid}`, `--fsize=${most}:`]);
  const path = join(await folder(t), 'log');
  const fd = openSync(path, 'a');
  const lines = linesToFile(fd);
  limitSize(1_000);
  t.after(() => limitSize('unlimited'));
  const wanted = Array.from({ length: 3_000 }, (_, at) => `line ${at}\n`);
  for (const line of wanted) lines.write(line);
  lines.flushSync();
  assert.equal(readFileSync(path, 'utf8').length, 1_000);
  lines.write('the last line\n');
  limitSize('unlimited');
  const all = `${wanted.join('')}the last line\n`;
  await until(() => readFileSync(path, 'utf8') === all, 'all lines');
  closeSync(fd);
});

/** Runs `script` in a process whose standard error is read late, and returns all lines that were read. */
async function readLate(script: string): Promise<string[]> {
  const module = JSON.stringify(join(import.meta.dirname, 'lines-to-file.ts'));
  const child = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { linesToFile } from ${module};
     const lines = linesToFile(process.stderr.fd);
     ${script}
     process.stdout.write('written');
     await new Promise((resolve) => process.stdin.once('data', resolve));
     lines.flushSync();
     process.exit();`,
  ]);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.stdin.write('now');
  return (await text(child.stderr)).trimEnd().split('\n');
}

test('buffered lines reach a slow reader completely when the process ends', async () => {
  const rows = await readLate(
    `for (let at = 0; at < 3_000; at += 1) lines.write('x'.repeat(500) + at + '\\n');`,
  );
  assert.deepEqual(
    rows,
    Array.from({ length: 3_000 }, (_, at) => 'x'.repeat(500) + at),
  );
});

test('a stalled reader loses lines above a limit, and gets a line with their number', async () => {
  const rows = await readLate(
    `for (let at = 0; at < 2_000; at += 1) lines.write('x'.repeat(10_000) + '\\n');`,
  );
  const told = rows.filter((row) => row.startsWith('{')).map((row) => Number(JSON.parse(row).lost));
  const arrived = rows.filter((row) => row === 'x'.repeat(10_000)).length;
  assert.equal(told.length, 1);
  assert.equal(arrived + (told[0] ?? 0), 2_000);
  assert.ok(arrived < 2_000, `${arrived}`);
});
