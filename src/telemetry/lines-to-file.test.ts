import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemErrorCode } from '../core/system/system-error-code.ts';
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

test('a process that ends waits as long as a reader takes something, whatever the lines consist of', async (t) => {
  const pipe = join(await folder(t), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  const line = '語'.repeat(1_000);
  const script = `for (let at = 0; at < 1_200; at += 1) lines.write('${line}\\n');
    lines.flushSync();
    process.exit();`;
  spawn(process.execPath, ['--input-type=module', '--eval', scriptWithLines(script)], {
    stdio: ['ignore', 'ignore', writer],
  });
  closeSync(writer);
  const some = Buffer.alloc(64 * 1024);
  let read = 0;
  for (;;) {
    await sleep(50);
    try {
      const taken = readSync(reader, some);
      if (taken === 0) break;
      read += taken;
    } catch (error) {
      if (systemErrorCode(error) !== 'EAGAIN') throw error;
    }
  }
  closeSync(reader);
  assert.equal(read, 1_200 * Buffer.byteLength(`${line}\n`));
});

const withoutTerminal = spawnSync('script', ['--version']).status === 0 ? false : "needs util-linux's script";

test(
  'a process that ends does not wait for a terminal that is gone',
  { skip: withoutTerminal },
  async (t) => {
    const home = await folder(t);
    const [script, ready, told] = ['script.mts', 'ready', 'told'].map((name) => join(home, name));
    assert.ok(script && ready && told);
    await writeFile(
      script,
      scriptWithLines(`
      import { writeFileSync } from 'node:fs';
      process.on('SIGHUP', () => {
        lines.write('for nobody');
        const since = performance.now();
        lines.flushSync();
        writeFileSync('${told}', String(performance.now() - since));
        process.exit();
      });
      setTimeout(() => undefined, 60_000);
      writeFileSync('${ready}', '');`),
    );
    const terminal = spawn('script', ['-qc', `${process.execPath} ${script}`, '/dev/null'], {
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    t.after(() => terminal.kill('SIGKILL'));
    await until(() => existsSync(ready), 'the process in the terminal');
    // Its terminal goes with it.
    terminal.kill('SIGKILL');
    await until(() => existsSync(told) && readFileSync(told, 'utf8') !== '', 'the process to end');
    assert.ok(Number(readFileSync(told, 'utf8')) < 1_000, 'it waits for a full disk a second');
  },
);

function scriptWithLines(script: string): string {
  const module = JSON.stringify(join(import.meta.dirname, 'lines-to-file.ts'));
  return `import { linesToFile } from ${module};
     const lines = linesToFile(process.stderr.fd);
     ${script}`;
}

/** Runs `script` in a process whose standard error is read late, and returns all lines that were read. */
async function readLate(script: string): Promise<string[]> {
  const child = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    scriptWithLines(`${script}
     process.stdout.write('written');
     await new Promise((resolve) => process.stdin.once('data', resolve));
     lines.flushSync();
     process.exit();`),
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
