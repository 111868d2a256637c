import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openKeyFile } from './key-file.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'conclave-home-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('the first start creates a key that only its owner can read, and later starts find it', (t) => {
  const path = join(folder(t), 'new', 'local.key');
  const { key, warnings } = openKeyFile(path);
  assert.match(key, /^ck-[0-9A-Za-z]{32}$/);
  assert.deepEqual(warnings, []);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(readFileSync(path, 'utf8'), `${key}\n`);
  assert.deepEqual(openKeyFile(path), { key, warnings: [] });
  assert.deepEqual(readdirSync(join(path, '..')), ['local.key'], 'no draft stays behind');
});

test('closes a key file that the group or others can read or write, with a warning', (t) => {
  const path = join(folder(t), 'local.key');
  const { key } = openKeyFile(path);
  for (const mode of [0o644, 0o640, 0o620, 0o604, 0o602]) {
    chmodSync(path, mode);
    const opened = openKeyFile(path);
    assert.equal(opened.key, key);
    assert.match(opened.warnings.join(), /was readable by other users/, mode.toString(8));
    assert.equal(statSync(path).mode & 0o777, 0o600);
  }
});

test('refuses an empty or binary key file with the remedy, and leaves it unchanged', (t) => {
  const path = join(folder(t), 'local.key');
  for (const content of ['', 'short', 'two words of a key file', '\u0000\u0001']) {
    writeFileSync(path, content, { mode: 0o600 });
    assert.throws(() => openKeyFile(path), { code: 'configuration', message: /local\.key.*delete it/ });
    assert.equal(readFileSync(path, 'utf8'), content);
  }
});

test('names a folder that cannot be created', (t) => {
  const file = join(folder(t), 'a-file');
  writeFileSync(file, '');
  assert.throws(() => openKeyFile(join(file, 'local.key')), {
    code: 'configuration',
    message: /Cannot use the key file .*a-file.*CONCLAVE_HOME/,
  });
});

test('processes that start at once agree on one key', async (t) => {
  const path = join(folder(t), 'local.key');
  const script = `import { openKeyFile } from ${JSON.stringify(import.meta.resolve('./key-file.ts'))};
    process.stdin.once('data', () => { console.log(openKeyFile(${JSON.stringify(path)}).key); process.exit(); });
    console.log('ready');`;
  const children = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const lines = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]();
      assert.equal((await lines.next()).value, 'ready\n');
      return { child, lines };
    }),
  );
  for (const { child } of children) child.stdin.write('go\n');
  const keys = await Promise.all(children.map(async ({ lines }) => String((await lines.next()).value)));
  assert.equal(new Set(keys).size, 1);
  assert.equal(keys[0], readFileSync(path, 'utf8'));
});
