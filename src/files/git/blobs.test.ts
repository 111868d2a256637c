import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gitRepository } from '../../../test/support/git-repository.ts';
import { idsInIndex, idsInTree, readBlobs } from './blobs.ts';

test('blobs of any content and size are read by their names in a commit or in the index', async (t) => {
  const { folder, write, commit, git: run } = gitRepository(t);
  const files: Record<string, Buffer> = {
    empty: Buffer.alloc(0),
    'a b\nc.txt': Buffer.from('one\n'),
    'ä/deep.bin': Buffer.from([0, 10, 13, 0]),
    'head.txt': Buffer.from(`${'0'.repeat(40)} blob 3\nabc\n`),
    'long.txt': Buffer.from('x'.repeat(300_000)),
    'huge.txt': Buffer.from('y'.repeat(3 * 1024 * 1024)),
  };
  write(files);
  commit();
  const git = { cwd: folder };
  const names = [...Object.keys(files), 'ä', 'gone', ...Array.from({ length: 3_000 }, (_, n) => `none-${n}`)];
  run('rm', '--quiet', '--cached', 'empty');
  const inTree = await idsInTree('HEAD', names, git);
  assert.deepEqual([...inTree.keys()].sort(), [...Object.keys(files), 'ä'].sort());
  const inIndex = await idsInIndex(names, git);
  assert.deepEqual(
    [...inIndex.keys()].sort(),
    Object.keys(files)
      .filter((name) => name !== 'empty')
      .sort(),
  );
  const blobs = new Map<string, Buffer>();
  const maxBytes = 100_000;
  const missing = '1'.repeat(40);
  const read = (id: string, data: Buffer) => void blobs.set(id, data);
  await readBlobs([...inTree.values(), missing], { maxBytes, read }, git);
  assert.equal(blobs.size, Object.keys(files).length);
  for (const [name, data] of Object.entries(files)) {
    assert.deepEqual(blobs.get(inTree.get(name) ?? ''), data.subarray(0, maxBytes), name);
  }
});
