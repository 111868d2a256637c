import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openWriteHealth } from '../writes/write-health.ts';
import { openDatabase } from './open-database.ts';
import { openSqliteTransactions } from './transactions.ts';

async function openWriter(t: TestContext, path: string) {
  const { writer, reader } = await openDatabase(path, Date.now);
  writer.exec('CREATE TABLE IF NOT EXISTS written (at INTEGER)');
  const insert = writer.prepare('INSERT INTO written VALUES (1)');
  const { run, close } = openSqliteTransactions({
    writer,
    openBooks: () => ({ write: () => undefined }),
    onCommit: () => undefined,
    health: openWriteHealth(),
    checkPlace: () => undefined,
  });
  t.after(async () => {
    await close();
    reader.close();
    writer.close();
  });
  const write = () => run(() => insert.run());
  // A batch of two: the spacing is for processes that have much to write.
  return () => Promise.all([write(), write()]);
}

test('commits are further apart while another process writes too', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-transactions-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'ledger.db');
  // What is waited for, because how long a timer takes says as much about the machine.
  const waits: number[] = [];
  const { setTimeout: wait } = globalThis;
  t.mock.method(globalThis, 'setTimeout', (run: () => void, ms = 0) => {
    waits.push(ms);
    return wait(run, ms);
  });
  const writeTwo = await openWriter(t, path);
  for (let round = 0; round < 5; round += 1) await writeTwo();
  assert.ok(waits.length > 0 && waits.every((ms) => ms <= 2), `alone: ${waits.join(', ')} ms`);
  const writeTwoElsewhere = await openWriter(t, path);
  waits.length = 0;
  for (let round = 0; round < 5; round += 1) {
    await writeTwoElsewhere();
    // The first commit notices the other process, which the second is to leave room for.
    await writeTwo();
    await writeTwo();
  }
  assert.ok(
    waits.some((ms) => ms > 2 && ms <= 4),
    `with another: ${waits.join(', ')} ms`,
  );
});
