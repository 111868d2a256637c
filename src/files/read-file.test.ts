import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { defaultReadLimits, readSource } from './read-file.ts';
import { openRoots } from './roots.ts';

/** The roots of clients without file access, which send content inline. */
const noRoots = { folders: [] };

test('reads a file by its relative, absolute or linked path', async (t) => {
  const folder = tempFolder(t, { 'src/main.ts': 'export {};\n' });
  symlinkSync('src/main.ts', join(folder, 'link.ts'));
  const roots = await openRoots([folder]);
  for (const path of ['src/main.ts', './src/../src/main.ts', join(folder, 'src/main.ts'), 'link.ts']) {
    const file = await readSource(roots, path);
    assert.deepEqual(file, { ok: true, path: 'src/main.ts', text: 'export {};\n', bytes: 11 });
  }
});

test('a PDF or picture without a zero byte is binary, unless git is to decide, which shows its lines', async (t) => {
  const files = { 'report.pdf': '%PDF-1.4\n1 0 obj\n', run: 'GIF89a=1\n' };
  const roots = await openRoots([tempFolder(t, files)]);
  for (const [path, text] of Object.entries(files)) {
    const whole = await readSource(roots, path);
    assert.equal(whole.ok ? whole.text : whole.reason, 'binary', path);
    const shown = await readSource(roots, path, { ...defaultReadLimits, binaryAsInGit: true });
    assert.equal(shown.ok ? shown.text : shown.reason, text, path);
  }
});

test('nothing outside the roots is read, however the path is spelled', async (t) => {
  const folder = tempFolder(t, { 'app/a.ts': 'a', 'outside.txt': 'private', 'app-two/b.ts': 'b' });
  symlinkSync('../outside.txt', join(folder, 'app/link.txt'));
  symlinkSync('..', join(folder, 'app/up'));
  const roots = await openRoots([join(folder, 'app')]);
  const spellings = [
    '../outside.txt',
    join(folder, 'outside.txt'),
    'link.txt',
    'up/outside.txt',
    '../app-two/b.ts',
  ];
  for (const path of [...spellings, '/etc/passwd', '../no-such-file', '/no/such/file']) {
    const file = await readSource(roots, path);
    assert.equal(file.ok ? file.text : file.reason, 'outside-roots', path);
  }
});

test('a client without roots reads nothing', async () => {
  const file = await readSource(noRoots, '/etc/hostname');
  assert.equal(file.ok ? 'read' : file.reason, 'no-roots');
});

test('files that hold secrets are refused even inside the roots, also through a link with another name', async (t) => {
  const secret = {
    '.env': 'A=1',
    '.env.production': 'A=1',
    '.ENV': 'A=1',
    'server.pem': 'x',
    'deploy.key': 'x',
  };
  const more = {
    '.ssh/config': 'x',
    id_rsa: 'x',
    '.git/config': 'x',
    '.aws/credentials': 'x',
    '.netrc': 'x',
  };
  const folder = tempFolder(t, { ...secret, ...more });
  symlinkSync('.env', join(folder, 'settings.txt'));
  const roots = await openRoots([folder]);
  for (const path of [...Object.keys(secret), ...Object.keys(more), 'settings.txt']) {
    const file = await readSource(roots, path);
    assert.equal(file.ok ? file.text : file.reason, 'forbidden', path);
  }
});

test('/proc and /dev are refused even if the root is the whole machine', async (t) => {
  const roots = await openRoots(['/']);
  const folder = tempFolder(t);
  symlinkSync('/proc/self/environ', join(folder, 'notes.txt'));
  const paths = ['/proc/self/environ', '/proc/1/cmdline', '/dev/stdin', '/dev/zero', '/sys/kernel/notes'];
  for (const path of [
    ...paths,
    join(folder, 'notes.txt'),
    '/dev/../proc/self/environ',
    'proc/self/environ',
  ]) {
    const file = await readSource(roots, path);
    assert.equal(file.ok ? 'read' : file.reason, 'forbidden', path);
  }
});

test('a pipe, a socket and a folder are refused without waiting for them', async (t) => {
  const folder = tempFolder(t, { 'sub/a.ts': '' });
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const server = createServer().listen(join(folder, 'socket'));
  t.after(() => server.close());
  const roots = await openRoots([folder]);
  for (const path of ['pipe', 'socket', 'sub', '.']) {
    const file = await readSource(roots, path);
    assert.equal(file.ok ? file.text : file.reason, 'not-a-file', path);
  }
});

test('a file above the size limit is refused with its size and its tokens', async (t) => {
  const folder = tempFolder(t, { 'big.txt': 'x'.repeat(1_001), 'fits.txt': 'x'.repeat(1_000) });
  const roots = await openRoots([folder]);
  const big = await readSource(roots, 'big.txt', { maxBytes: 1_000 });
  assert.deepEqual(big, {
    ok: false,
    path: 'big.txt',
    reason: 'too-large',
    detail: 'big.txt has 1001 bytes; the limit is 1000',
    tokens: 251,
  });
  assert.ok((await readSource(roots, 'fits.txt', { maxBytes: 1_000 })).ok);
});

test('binary files are refused; UTF-16 and Windows-1252 text is read and its encoding reported', async (t) => {
  const folder = tempFolder(t, {
    'logo.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]),
    'wide.txt': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('höhe', 'utf16le')]),
    'old.txt': Buffer.from('h\xf6he', 'latin1'),
    'empty.txt': '',
  });
  const roots = await openRoots([folder]);
  const png = await readSource(roots, 'logo.png');
  assert.equal(png.ok ? 'read' : png.reason, 'binary');
  assert.deepEqual(await readSource(roots, 'wide.txt'), {
    ok: true,
    path: 'wide.txt',
    text: 'höhe',
    bytes: 10,
    encoding: 'utf-16le',
  });
  assert.deepEqual(await readSource(roots, 'old.txt'), {
    ok: true,
    path: 'old.txt',
    text: 'höhe',
    bytes: 4,
    encoding: 'windows-1252',
  });
  assert.deepEqual(await readSource(roots, 'empty.txt'), { ok: true, path: 'empty.txt', text: '', bytes: 0 });
});

test("a file swapped for a link during the read never yields the link's target", async (t) => {
  const folder = tempFolder(t, { 'app/a.txt': 'public', 'outside/a.txt': 'private' });
  const roots = await openRoots([join(folder, 'app')]);
  const path = join(folder, 'app/a.txt');
  const stop = new AbortController();
  const swapper = (async () => {
    while (!stop.signal.aborted) {
      symlinkSync('../outside/a.txt', join(folder, 'app/next'));
      renameSync(join(folder, 'app/next'), path);
      await new Promise(setImmediate);
      rmSync(path);
      writeFileSync(path, 'public');
      await new Promise(setImmediate);
    }
  })();
  const seen = new Set<string>();
  for (let round = 0; round < 300; round += 1) {
    const file = await readSource(roots, 'a.txt');
    seen.add(file.ok ? file.text : file.reason);
  }
  stop.abort();
  await swapper;
  assert.ok(!seen.has('private'), [...seen].join());
  assert.ok(seen.size > 1, 'the race was never run');
});
