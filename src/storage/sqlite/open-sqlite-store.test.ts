import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { attempt, intent, noon, settlement } from '../../../test/support/ledger-samples.ts';
import { forwardClock } from '../../../test/support/forward-clock.ts';
import { until } from '../../../test/support/until.ts';
import { ConclaveError } from '../../core/errors.ts';
import { createVersionTable, migrations, schemaVersion } from '../migrations/index.ts';
import { howToRepair } from './damage.ts';
import { sqliteWords } from './open-database.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(realpathSync(tmpdir()), 'conclave-sqlite-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('creates its folder and a file that only its owner can read, in WAL mode', async (t) => {
  const home = join(folder(t), 'a', 'b');
  const path = join(home, 'ledger.db');
  const store = await openSqliteStore({ path });
  await store.ping();
  await store.close();
  assert.equal(statSync(home).mode & 0o777, 0o700);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  using database = new DatabaseSync(path, { readOnly: true });
  assert.equal(database.prepare('PRAGMA journal_mode').get()?.['journal_mode'], 'wal');
  const versions = database.prepare('SELECT version, name FROM schema_versions').all();
  assert.deepEqual(
    versions.map(({ version, name }) => `${version} ${name}`),
    migrations.map(({ version, name }) => `${version} ${name}`),
  );
});

test('shows the attempts of an older ledger in which each was a row', async (t) => {
  const path = join(folder(t), 'ledger.db');
  const old = new DatabaseSync(path);
  old.exec(createVersionTable);
  for (const { version, name, statements } of migrations.slice(0, 12)) {
    for (const statement of statements(sqliteWords)) old.exec(statement);
    old.prepare('INSERT INTO schema_versions VALUES (?, ?, 0)').run(version, name);
  }
  // Older ledgers do not have the tier.
  const { tier: _, ...made } = attempt({ status: 201, firstByteMs: 12.5 });
  old.exec(`
    INSERT INTO calls (id, trace_id, owner, started_at, surface, tags, key_id, requested_model, stream, held,
      unknown_price, input_estimate, simulated, state, model, provider, provider_dialect, cost, booked, attempt_count)
    VALUES ('old', 'old', 1, ${noon}, 'http', '[]', 'k1', 'auto', 0, 0, 0, 0, 0, 'ok', '${made.model}', 'anthropic',
      'anthropic-messages', 100, 100, 1);
    INSERT INTO attempts (call_id, position, model, provider, deployment, dialect, started_at, first_byte_ms, duration_ms,
      status, outcome, estimated, cost, simulated)
    VALUES ('old', 0, '${made.model}', 'anthropic', '${made.deployment}', '${made.dialect}', ${noon}, 12.5,
      ${made.durationMs}, 201, 'ok', 0, 100, 0)`);
  old.close();
  const store = await openSqliteStore({ path });
  t.after(() => store.close());
  assert.deepEqual(await store.ledger.attempts('old'), [made]);
  assert.deepEqual((await store.ledger.show('old'))?.attempts, [made]);
  const { calls, totalNanoUsd } = await store.ledger.costs({ since: 0, by: 'model' });
  assert.deepEqual([calls, totalNanoUsd], [1, 100]);
});

test('refuses a database of a newer Conclave with both versions and the remedy, and changes nothing', async (t) => {
  const home = folder(t);
  const path = join(home, 'ledger.db');
  await (await openSqliteStore({ path })).close();
  const newer = new DatabaseSync(path);
  newer.exec("INSERT INTO schema_versions VALUES (999, 'from the future', 0)");
  newer.close();
  const before = readFileSync(path);
  await assert.rejects(openSqliteStore({ path }), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'configuration');
    assert.ok(error.message.includes(path));
    assert.ok(error.message.includes('schema version 999'));
    assert.ok(error.message.includes(`up to ${schemaVersion}. Install the newer Conclave`), error.message);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  });
  assert.deepEqual(readFileSync(path), before);
  assert.deepEqual(readdirSync(home), ['ledger.db']);
});

test('names the path and the remedy if the file is not a database or the folder is not a folder', async (t) => {
  const home = folder(t);
  const notes = join(home, 'notes.txt');
  writeFileSync(notes, 'dear diary, this is not a database at all\n'.repeat(200));
  const directory = join(home, 'directory');
  mkdirSync(directory);
  for (const path of [notes, directory, join(notes, 'ledger.db')]) {
    await assert.rejects(openSqliteStore({ path }), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'configuration');
      assert.ok(error.message.startsWith(`Cannot use the database ${path}: `), error.message);
      assert.match(error.message, /CONCLAVE_HOME/);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  }
  assert.match(readFileSync(notes, 'utf8'), /^dear diary/);
  assert.deepEqual(readdirSync(home).sort(), ['directory', 'notes.txt']);
});

test('names the path if the file is not writable', (t) => {
  const home = folder(t);
  chmodSync(home, 0o777);
  const script = `
    const { openSqliteStore } = await import(${JSON.stringify(import.meta.resolve('./open-sqlite-store.ts'))});
    const path = ${JSON.stringify(join(home, 'ledger.db'))};
    await (await openSqliteStore({ path })).close();
    process.getBuiltinModule('node:fs').chmodSync(path, 0o400);
    // Root may write everything. The code has been read by now, which may lie where only root may read.
    if (process.getuid?.() === 0) process.seteuid(65_534);
    const failed = await openSqliteStore({ path }).then(() => 'opened', (error) => error.code + ': ' + error.message);
    console.log(failed);`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    cwd: home,
  });
  assert.match(stdout, /^configuration: Cannot use the database .*ledger\.db: .*Make the file .* writable/);
});

test('opens while other processes open and close the file and briefly lock it', async (t) => {
  const path = join(folder(t), 'ledger.db');
  await (await openSqliteStore({ path })).close();
  const comeAndGo = `
    const { DatabaseSync } = require('node:sqlite');
    const { workerData: path, parentPort } = require('node:worker_threads');
    let on = true;
    parentPort.on('message', () => { on = false; });
    const turn = () => {
      try {
        const other = new DatabaseSync(path);
        other.exec('CREATE TABLE IF NOT EXISTS others (a); INSERT INTO others VALUES (1)');
        other.close();
      } catch {}
      if (on) setImmediate(turn);
    };
    turn();`;
  const other = new Worker(comeAndGo, { eval: true, workerData: path });
  try {
    await once(other, 'online');
    for (let round = 0; round < 60; round += 1) {
      const store = await openSqliteStore({ path });
      await store.ping();
      await store.close();
    }
  } finally {
    // Before the folder is removed: it would create the file in it again.
    await other.terminate();
  }
});

const otherPlaces = {
  moved: () => undefined,
  replaced: (path: string) => writeFileSync(path, ''),
};
for (const [how, put] of Object.entries(otherPlaces)) {
  test(`takes no call while its file is ${how}, and writes on when it is back`, async (t) => {
    const path = join(folder(t), 'ledger.db');
    const store = await openSqliteStore({ path });
    t.after(() => store.close());
    await store.ledger.open(intent({ id: 'a' }), { unknownPrice: false });
    const passTime = forwardClock(t);
    passTime(2_000);
    await store.ping();
    renameSync(path, `${path}.away`);
    put(path);
    passTime(2_000);
    const opening = store.ledger.open(intent({ id: 'b' }), { unknownPrice: false });
    await assert.rejects(opening, (error) => {
      assert.ok(error instanceof ConclaveError && error.code === 'storage');
      assert.match(error.toOperator, /was moved, replaced or deleted: put it back/);
      assert.ok(
        error.toOperator.includes(`stop every Conclave that uses it, remove ${path}-wal and ${path}-shm`),
      );
      return true;
    });
    await assert.rejects(store.ping(), { code: 'storage' });
    const settled = store.ledger.settle(settlement('a'));
    await until(() => store.unwritten() === 1, 'the settlement waits');
    renameSync(`${path}.away`, path);
    await settled;
    await store.ping();
    assert.deepEqual(
      (await store.ledger.recent({ limit: 9 })).map(({ id, state }) => `${id} ${state}`),
      ['a ok'],
    );
  });
}

test('names the -wal and -shm that are there, where its path is a link', async (t) => {
  const home = folder(t);
  const [path, file] = [join(home, 'conclave.db'), join(home, 'ledger.db')];
  symlinkSync(file, path);
  const store = await openSqliteStore({ path });
  t.after(() => store.close());
  await store.ledger.open(intent({ id: 'a' }), { unknownPrice: false });
  copyFileSync(file, `${file}.backup`);
  renameSync(`${file}.backup`, file);
  forwardClock(t)(2_000);
  const opening = store.ledger.open(intent({ id: 'b' }), { unknownPrice: false });
  await assert.rejects(opening, (error) => {
    assert.ok(error instanceof ConclaveError);
    assert.ok(error.toOperator.includes(`remove ${file}-wal and ${file}-shm`), error.toOperator);
    return true;
  });
  assert.ok(existsSync(`${file}-wal`) && existsSync(`${file}-shm`));
  const advice = howToRepair(path);
  assert.ok(advice.includes(`remove ${file}-wal and ${file}-shm`), advice);
  assert.ok(!advice.includes(path), 'the link stays as it is');
});

test('takes a backup in place of its file, as the error says, and keeps it whole', async (t) => {
  const path = join(folder(t), 'ledger.db');
  const record = async (prefix: string) => {
    const store = await openSqliteStore({ path });
    for (let index = 0; index < 20; index += 1) {
      await store.ledger.open(intent({ id: `${prefix}${index}` }), { unknownPrice: false });
      await store.ledger.settle(settlement(`${prefix}${index}`));
    }
    return store;
  };
  await (await record('before')).close();
  copyFileSync(path, `${path}.backup`);
  const store = await record('after');
  renameSync(`${path}.backup`, path);
  await store.close();
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  const restored = await openSqliteStore({ path });
  t.after(() => restored.close());
  assert.deepEqual(await restored.damage(), []);
  const ids = (await restored.ledger.recent({ limit: 99 })).map(({ id }) => id);
  assert.equal(ids.length, 20);
  assert.ok(ids.every((id) => id.startsWith('before')));
});

test('closes in order when its first write fails meanwhile', async (t) => {
  const path = join(folder(t), 'ledger.db');
  const store = await openSqliteStore({ path });
  const other = new DatabaseSync(path);
  t.after(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  const ready = assert.rejects(store.ping(), { code: 'storage' });
  const passTime = forwardClock(t);
  await sleep(20);
  passTime(20_000);
  await store.close();
  await ready;
});

test('waits for a process that holds the lock without blocking the event loop', async (t) => {
  const path = join(folder(t), 'ledger.db');
  const store = await openSqliteStore({ path });
  t.after(() => store.close());
  await store.ledger.open(intent({ id: 'a' }), { unknownPrice: false });
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const settled = store.ledger.settle(settlement('a')).then(() => 'settled');
  // Timers keep firing while the lock is held: this one releases it.
  const released = new Promise<string>((resolve) => {
    setTimeout(() => {
      other.exec('ROLLBACK');
      other.close();
      resolve('released');
    }, 30);
  });
  assert.equal(await Promise.race([settled, released]), 'released');
  assert.equal(await settled, 'settled');
  assert.equal((await store.ledger.show('a'))?.state, 'ok');
});
