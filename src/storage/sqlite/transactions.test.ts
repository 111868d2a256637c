import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openWriteHealth } from '../write-health.ts';
import { openDatabase } from './open-database.ts';
import { openSqliteTransactions } from './transactions.ts';

async function openWriter(t: TestContext, path: string) {
  const { writer, reader } = await openDatabase(path, Date.now);
  writer.exec('CREATE TABLE IF NOT EXISTS written (at INTEGER)');
  const insert = writer.prepare('INSERT INTO written VALUES (1)');
  const committedAt: number[] = [];
  const { run, close } = openSqliteTransactions({
    writer,
    openBooks: () => ({ write: () => undefined }),
    onCommit: () => committedAt.push(performance.now()),
    health: openWriteHealth(),
  });
  t.after(async () => {
    await close();
    reader.close();
    writer.close();
  });
  const write = () => run(() => insert.run());
  // A batch of two: the spacing is for processes that have much to write.
  return { committedAt, writeTwo: () => Promise.all([write(), write()]) };
}

test('commits are further apart while another process writes too', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-transactions-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'ledger.db');
  const own = await openWriter(t, path);
  const other = await openWriter(t, path);
  const gaps: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    await other.writeTwo();
    // The first commit notices the other process, which the second is to leave room for.
    await own.writeTwo();
    await own.writeTwo();
    const [first = 0, second = 0] = own.committedAt.slice(-2);
    if (round > 0) gaps.push(second - first);
  }
  // A timer may end up to a millisecond early; alone, the gap would be 2 ms.
  assert.ok(
    gaps.every((gap) => gap >= 3),
    `commits were ${gaps.map((gap) => gap.toFixed(1)).join(', ')} ms apart`,
  );
});
