import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { describeEachBackend, type TestDatabase } from '../../test/support/each-backend.ts';
import type { LedgerLoad, LedgerLoadLine } from '../../test/support/ledger-load.ts';
import { intent, noon, settlement } from '../../test/support/ledger-samples.ts';
import type { Store } from '../core/stores/stores.ts';
import { thisProcess } from './processes/process-identity.ts';

const known = { unknownPrice: false };
const elsewhere = { host: 'another-machine', pid: 1, startedAt: noon };

/** A pid that certainly is not in use: its process has just ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

/** Opens a call of a process of this machine that no longer runs; returns its store, for more such calls. */
async function orphan(database: TestDatabase, id: string, members: Parameters<typeof intent>[0] = {}) {
  const store = await database.open({
    now: () => noon,
    identity: { host: thisProcess.host, pid: await deadPid(), startedAt: noon },
  });
  await store.ledger.open(intent({ id, ...members }), known);
  return store;
}

/** A step of the database's clock, as every heartbeat sees it until the next one is written. */
async function stepClock({ backend, address }: TestDatabase, ms: number) {
  await backend.execute(address, `UPDATE processes SET heartbeat_at = heartbeat_at - ${ms}`);
}

/** The orphans that a process finds at so many of its heartbeats. */
async function found(store: Store, heartbeats: number): Promise<number> {
  let orphans = 0;
  for (let beat = 0; beat < heartbeats; beat += 1) orphans += await store.recoverOrphans();
  return orphans;
}

type Child = ChildProcessByStdio<null, Readable, null>;

function startLoad(database: TestDatabase, order: Omit<LedgerLoad, 'backend' | 'address'>): Child {
  const load: LedgerLoad = { backend: database.backend.name, address: database.address, ...order };
  const script = join(import.meta.dirname, '../../test/support/ledger-load.ts');
  return spawn(process.execPath, [script, JSON.stringify(load)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function linesOf(child: Child, seen: (line: LedgerLoadLine, count: number) => void = () => undefined) {
  const lines: LedgerLoadLine[] = [];
  for await (const text of createInterface({ input: child.stdout })) {
    let line: LedgerLoadLine;
    try {
      line = JSON.parse(text);
    } catch {
      continue; // The process was killed in the middle of a line.
    }
    lines.push(line);
    seen(line, lines.length);
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return lines;
}

async function budgetOf(store: Store, keyId: string) {
  const [standing] = await store.keys.budgets(keyId, Date.now());
  assert.ok(standing);
  return standing;
}

describeEachBackend('processes', (it) => {
  it('ends the calls of a dead process at their input estimate, and releases their reservations', async (database) => {
    const store = await database.open({ now: () => noon });
    const { id: keyId } = await store.keys.create(
      { name: 'k', budgets: [{ window: 'day', limitUsd: 1, unknownPrices: 'refuse' }] },
      'hash',
    );
    await orphan(database, 'lost', { keyId, reserved: 900n, inputEstimate: 120n });
    await store.ledger.open(intent({ id: 'mine', keyId, reserved: 50n }), known);

    assert.equal(await store.recoverOrphans(), 1);
    const row = await store.ledger.show('lost');
    assert.equal(row?.state, 'interrupted');
    assert.equal(row?.cost, 120n);
    assert.equal(row?.estimated, true);
    assert.equal((await store.ledger.show('mine'))?.state, 'running');
    const [budget] = await store.keys.budgets(keyId, noon);
    assert.equal(budget?.spent, 120n);
    assert.equal(budget?.reserved, 50n);
    assert.equal(await store.recoverOrphans(), 0, 'once');
  });

  it('lets a process that was presumed dead reserve more for a call as far as the budget allows, and holds nothing that its death would leave', async (database) => {
    const store = await database.open({ now: () => noon });
    const { id: keyId } = await store.keys.create(
      { name: 'k', budgets: [{ window: 'total', limitUsd: 1, unknownPrices: 'refuse' }] },
      'hash',
    );
    const standing = async () => {
      const [budget] = await store.keys.budgets(keyId, noon);
      return [budget?.spent, budget?.reserved];
    };
    const asleep = await orphan(database, 'lost', { keyId, reserved: 900n, inputEstimate: 120n });
    assert.equal(await store.recoverOrphans(), 1);
    assert.deepEqual(await asleep.ledger.holdMore('lost', 100n), { ok: true });
    const refused = await asleep.ledger.holdMore('lost', 1_000_000_000n);
    assert.equal(refused.ok, false);
    assert.deepEqual(await standing(), [120n, 0n]);
    await asleep.ledger.settle(settlement('lost', { cost: 300n }));
    assert.deepEqual(await standing(), [300n, 0n]);
    await assert.rejects(asleep.ledger.holdMore('lost', 1n), { code: 'internal' });
  });

  it('lists the estimate of a dead process under the model that it was made for, and the real cost under the one that answered', async (database) => {
    const store = await database.open({ now: () => noon });
    const first = { model: 'lab/a', provider: 'lab', tier: 'economy' } as const;
    const dead = await orphan(database, 'lost', { inputEstimate: 120n, first });
    await store.recoverOrphans();
    const listed = async () => {
      const reports = (['model', 'provider', 'tier'] as const).map((by) =>
        store.ledger.costs({ since: 0, by }),
      );
      return (await Promise.all(reports)).map(({ rows }) =>
        rows.map((row) => `${row.name} ${row.totalNanoUsd}`),
      );
    };
    assert.deepEqual(await listed(), [['lab/a 120'], ['lab 120'], ['economy 120']]);
    await dead.ledger.settle(settlement('lost', { cost: 50n }));
    assert.deepEqual(await listed(), [['anthropic/claude-sonnet 50'], ['anthropic 50'], ['workhorse 50']]);
  });

  it('counts the estimate of a dead process as real money, although no attempt of its call is known', async (database) => {
    const store = await database.open({ now: () => noon });
    await orphan(database, 'lost', { inputEstimate: 120n });
    await store.recoverOrphans();
    const simulated = intent({ simulated: true });
    await store.ledger.open(simulated, known);
    await store.ledger.settle(settlement(simulated.id, { simulated: true, cost: 40n }));
    const report = await store.ledger.costs({ since: 0, by: 'model' });
    assert.deepEqual(
      [report.totalNanoUsd, report.calls, report.simulated],
      [120, 1, { totalNanoUsd: 40, calls: 1 }],
    );
  });

  it('leaves the cost of a call of unknown price unknown when its process dies', async (database) => {
    const store = await database.open({ now: () => noon });
    const dead = await orphan(database, 'a');
    await dead.ledger.open(intent({ id: 'b' }), { unknownPrice: true });
    await store.recoverOrphans();
    const row = await store.ledger.show('b');
    assert.equal(row?.state, 'interrupted');
    assert.equal(row?.cost, undefined);
  });

  it('releases the reservation of a parent that died together with its children', async (database) => {
    const store = await database.open({ now: () => noon });
    const { id: keyId } = await store.keys.create(
      { name: 'k', budgets: [{ window: 'day', limitUsd: 1, unknownPrices: 'refuse' }] },
      'hash',
    );
    const dead = await orphan(database, 'parent', { keyId, reserved: 1_000n });
    for (const id of ['a', 'b']) {
      await dead.ledger.open(intent({ id, keyId, reservationId: 'parent', inputEstimate: 30n }), known);
    }
    assert.equal(await store.recoverOrphans(), 3);
    const [budget] = await store.keys.budgets(keyId, noon);
    assert.equal(budget?.spent, 60n);
    assert.equal(budget?.reserved, 0n);
  });

  it('draws a child that was presumed dead from the reservation of its parent once, at its real cost in the end', async (database) => {
    const store = await database.open({ now: () => noon });
    const { id: keyId } = await store.keys.create(
      { name: 'k', budgets: [{ window: 'day', limitUsd: 1, unknownPrices: 'refuse' }] },
      'hash',
    );
    await store.ledger.open(intent({ id: 'parent', keyId, reserved: 1_000n }), known);
    const child = { keyId, parentId: 'parent', reservationId: 'parent', inputEstimate: 30n };
    const dead = await orphan(database, 'child', child);
    const standing = async () => {
      const [budget] = await store.keys.budgets(keyId, noon);
      return [budget?.spent, budget?.reserved];
    };
    assert.equal(await store.recoverOrphans(), 1);
    assert.deepEqual(await standing(), [30n, 970n]);
    await dead.ledger.settle(settlement('child', { cost: 100n }));
    assert.deepEqual(await standing(), [100n, 900n]);
    await store.ledger.settle(settlement('parent', { cost: 0n, attempts: [] }));
    assert.deepEqual(await standing(), [100n, 0n]);
  });

  it('presumes a process of another machine dead when it has missed six heartbeats in a row', async (database) => {
    const far = await database.open({ identity: elsewhere });
    await far.ledger.open(intent({ id: 'far' }), known);
    const store = await database.open();
    assert.equal(await found(store, 6), 0);
    await stepClock(database, -10_000);
    assert.equal(await found(store, 6), 0, 'its heartbeat had moved');
    assert.equal(await store.recoverOrphans(), 1);
  });

  it('judges a process of another machine at once by the age of its heartbeat when it first sees it', async (database) => {
    const far = await database.open({ identity: elsewhere });
    await far.ledger.open(intent({ id: 'far' }), known);
    await stepClock(database, 55_000);
    assert.equal(await (await database.open()).recoverOrphans(), 0);
    await stepClock(database, 6_000);
    assert.equal(await (await database.open()).recoverOrphans(), 1);
  });

  it('does not presume a process dead because the clocks of their machines differ', async (database) => {
    for (const [id, skew] of Object.entries({ behind: -90_000, ahead: 90_000 })) {
      const far = await database.open({ identity: elsewhere, now: () => Date.now() + skew });
      await far.ledger.open(intent({ id, startedAt: Date.now() + skew }), known);
    }
    const store = await database.open();
    assert.equal(await found(store, 6), 0);
  });

  it('does not presume a process dead because the clock has stepped, forward or back', async (database) => {
    const beside = { host: thisProcess.host, pid: process.ppid, startedAt: noon };
    for (const identity of [elsewhere, beside]) {
      const other = await database.open({ identity });
      await other.ledger.open(intent({ id: identity.host }), known);
    }
    const store = await database.open();
    for (const step of [120_000, 120_000, -360_000]) {
      assert.equal(await found(store, 3), 0);
      await stepClock(database, step);
    }
    assert.equal(await found(store, 6), 0);
  });

  it('does not presume a process of this machine dead by the age of its heartbeat while its pid is in use, until it has missed six', async (database) => {
    const beside = { host: thisProcess.host, pid: process.ppid, startedAt: noon };
    const other = await database.open({ identity: beside });
    await other.ledger.open(intent({ id: 'a' }), known);
    await stepClock(database, 120_000);
    const store = await database.open();
    assert.equal(await found(store, 6), 0);
    assert.equal(await store.recoverOrphans(), 1, 'another program may have its pid by now');
  });

  it('does not look for a process of another machine among its own', async (database) => {
    const far = await database.open({ identity: { ...elsewhere, pid: await deadPid() }, now: () => noon });
    await far.ledger.open(intent({ id: 'far' }), known);
    const store = await database.open({ now: () => noon });
    assert.equal(await store.recoverOrphans(), 0);
  });

  it('is another process than an earlier one with its pid, as after the restart of a container', async (database) => {
    const before = { ...thisProcess, startedAt: thisProcess.startedAt - 1 };
    const earlier = await database.open({ identity: before, now: () => noon });
    await earlier.ledger.open(intent({ id: 'lost' }), known);
    const store = await database.open({ now: () => noon });
    await store.ledger.open(intent({ id: 'mine' }), known);
    assert.equal(await store.recoverOrphans(), 1);
    assert.equal((await store.ledger.show('mine'))?.state, 'running');
  });

  it('lets a process that was wrongly presumed dead settle its call after all', async (database) => {
    const far = await database.open({ identity: elsewhere, now: () => noon });
    const { id: keyId } = await far.keys.create(
      { name: 'k', budgets: [{ window: 'day', limitUsd: 1, unknownPrices: 'refuse' }] },
      'hash',
    );
    await far.ledger.open(intent({ id: 'a', keyId, reserved: 500n, inputEstimate: 100n }), known);
    await stepClock(database, 61_000);
    const store = await database.open({ now: () => noon });
    assert.equal(await store.recoverOrphans(), 1);
    await far.ledger.settle(settlement('a', { cost: 240n }));
    const row = await store.ledger.show('a');
    assert.equal(row?.state, 'ok');
    assert.equal(row?.cost, 240n);
    const [budget] = await store.keys.budgets(keyId, noon);
    assert.equal(budget?.spent, 240n, 'the estimate is replaced, not added to');
    assert.equal(budget?.reserved, 0n);
  });

  it('is kept alive by its heartbeat, which also ends the calls of dead processes', async (database) => {
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      const store = await database.open();
      await store.ledger.open(intent({ id: 'living' }), known);
      const other = await database.open({ identity: elsewhere });
      assert.equal(await found(other, 6), 0);
      await orphan(database, 'lost');
      mock.timers.tick(10_000);
      // The heartbeat comes before the recovery: once this row has ended, the heartbeat has been written.
      while ((await store.ledger.show('lost'))?.state !== 'interrupted') await turn();
      assert.equal(await found(other, 6), 0);
      assert.equal((await store.ledger.show('living'))?.state, 'running');
    } finally {
      mock.timers.reset();
    }
  });

  it('is back with its next heartbeat after it was wrongly presumed dead, so that its later calls are recovered too', async (database) => {
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      const far = await database.open({ identity: elsewhere });
      await far.ledger.open(intent({ id: 'early' }), known);
      const store = await database.open();
      assert.equal(await found(store, 7), 1);
      await far.ledger.open(intent({ id: 'between' }), known);
      assert.equal(await found(store, 6), 0, 'an owner without a row may be such a process');
      const closed = await database.open();
      await closed.ledger.open(intent({ id: 'lost' }), known);
      await closed.close();
      mock.timers.tick(10_000);
      // It looks for dead processes after its heartbeat.
      while ((await store.ledger.show('lost'))?.state !== 'interrupted') await turn();
      await far.ledger.open(intent({ id: 'late' }), known);
      assert.equal(await found(store, 7), 2);
    } finally {
      mock.timers.reset();
    }
  });

  it('turns the calls of a closed store into orphans at once', async (database) => {
    const first = await database.open();
    await first.ledger.open(intent({ id: 'a' }), known);
    await first.close();
    const second = await database.open();
    assert.equal(await second.recoverOrphans(), 1);
  });

  it('finds calls that were committed after their process ended, as by a database that had stalled', async (database) => {
    const store = await database.open({ now: () => noon });
    const { id: keyId } = await store.keys.create(
      { name: 'k', budgets: [{ window: 'total', limitUsd: 1, unknownPrices: 'refuse' }] },
      'hash',
    );
    const gone = await database.open({ identity: elsewhere, now: () => noon });
    await gone.ledger.open(intent({ id: 'late', keyId, reserved: 500n, inputEstimate: 30n }), known);
    // Its process saw no running call when it ended.
    await database.backend.execute(database.address, 'DELETE FROM processes');
    assert.equal(
      await store.recoverOrphans(),
      0,
      'it may have just resumed, and be back with its next heartbeat',
    );
    await stepClock(database, 61_000);
    const later = await database.open({ now: () => noon });
    assert.equal(await later.recoverOrphans(), 1);
    assert.equal((await later.ledger.show('late'))?.state, 'interrupted');
    const [budget] = await later.keys.budgets(keyId, noon);
    assert.deepEqual([budget?.spent, budget?.reserved], [30n, 0n]);
    assert.equal(await later.recoverOrphans(), 0);
  });

  it('records calls that a failover has lost, and books their cost, when they end', async (database) => {
    const store = await database.open({ now: () => noon });
    const { id: keyId } = await store.keys.create(
      { name: 'k', budgets: [{ window: 'total', limitUsd: 1, unknownPrices: 'refuse' }] },
      'hash',
    );
    const standing = async () => {
      const [budget] = await store.keys.budgets(keyId, noon);
      return [budget?.spent, budget?.reserved];
    };
    await store.ledger.open(intent({ id: 'parent', keyId, reserved: 1_000n }), known);
    await store.ledger.open(
      intent({ id: 'child', keyId, parentId: 'parent', reservationId: 'parent' }),
      known,
    );
    await store.ledger.open(intent({ id: 'more', keyId, reserved: 500n }), known);
    // What another server lacks that had not been sent the last commits.
    await database.backend.execute(
      database.address,
      'DELETE FROM calls; DELETE FROM spending; DELETE FROM processes',
    );
    assert.deepEqual(await store.ledger.holdMore('more', 100n), { ok: true });
    assert.deepEqual(await standing(), [0n, 600n]);
    await store.ledger.settle(settlement('child', { cost: 200n }));
    await store.ledger.settle(settlement('parent', { cost: 30n }));
    await store.ledger.settle(settlement('parent', { cost: 30n }));
    assert.deepEqual(await standing(), [230n, 600n]);
    await store.ledger.settle(settlement('more', { cost: 4n }));
    assert.deepEqual(await standing(), [234n, 0n]);
    const rows = await store.ledger.recent({ limit: 9 });
    const told = rows.map(({ id, state, cost, attempts }) => `${id} ${state} ${cost} ${attempts.length}`);
    assert.deepEqual(told.sort(), ['child ok 200 1', 'more ok 4 1', 'parent ok 30 1']);
    await assert.rejects(store.ledger.settle(settlement('unknown')), { code: 'internal' });
    await assert.rejects(store.ledger.holdMore('unknown', 1n), { code: 'internal' });
  });

  it('draws the cost of a child that a failover has lost from the reservation of its parent, also if that is recorded anew', async (database) => {
    const store = await database.open({ now: () => noon });
    const { id: keyId } = await store.keys.create(
      { name: 'k', budgets: [{ window: 'total', limitUsd: 1, unknownPrices: 'refuse' }] },
      'hash',
    );
    const standing = async () => {
      const [budget] = await store.keys.budgets(keyId, noon);
      return [budget?.spent, budget?.reserved];
    };
    await store.ledger.open(intent({ id: 'parent', keyId, reserved: 1_000n }), known);
    for (const id of ['a', 'b'])
      await store.ledger.open(intent({ id, keyId, parentId: 'parent', reservationId: 'parent' }), known);
    await database.backend.execute(database.address, "DELETE FROM calls WHERE id = 'a'");
    await store.ledger.settle(settlement('a', { cost: 200n }));
    assert.deepEqual(await standing(), [200n, 800n]);
    await database.backend.execute(database.address, 'DELETE FROM calls; DELETE FROM spending');
    assert.deepEqual(await store.ledger.holdMore('parent', 100n), { ok: true });
    assert.deepEqual(await standing(), [0n, 1_100n]);
    await store.ledger.settle(settlement('b', { cost: 300n }));
    assert.deepEqual(await standing(), [300n, 800n]);
    await store.ledger.settle(settlement('parent', { cost: 30n }));
    assert.deepEqual(await standing(), [330n, 0n]);
  });

  it('reserves more for a call several times at once, also for one that a failover has lost', async (database) => {
    const store = await database.open({ now: () => noon });
    const { id: keyId } = await store.keys.create(
      { name: 'k', budgets: [{ window: 'total', limitUsd: 1, unknownPrices: 'refuse' }] },
      'hash',
    );
    const reserved = async () => (await store.keys.budgets(keyId, noon))[0]?.reserved;
    const holdMore = () =>
      Promise.all([10n, 200n, 3_000n].map((amount) => store.ledger.holdMore('a', amount)));
    await store.ledger.open(intent({ id: 'a', keyId, reserved: 1n }), known);
    const lose = () => database.backend.execute(database.address, 'DELETE FROM calls; DELETE FROM spending');
    const all = [{ ok: true }, { ok: true }, { ok: true }];
    assert.deepEqual(await holdMore(), all);
    assert.equal(await reserved(), 3_211n);
    await lose();
    assert.deepEqual(await holdMore(), all);
    assert.equal(await reserved(), 6_421n);
    await store.ledger.settle(settlement('a'));
    assert.equal(await reserved(), 0n);
  });

  it('lets several processes open one new database at the same moment', async (database) => {
    const children = ['p1', 'p2', 'p3', 'p4'].map((name) =>
      startLoad(database, { name, keyId: 'nobody', calls: 5, concurrency: 5, reserve: 10 }),
    );
    const lines = await Promise.all(children.map((child) => linesOf(child)));
    assert.deepEqual(
      children.map(({ exitCode }) => exitCode),
      [0, 0, 0, 0],
    );
    assert.equal(lines.flat().filter((line) => 'settled' in line).length, 20);
    const store = await database.open();
    assert.equal((await store.ledger.recent({ limit: 100 })).length, 20);
  });

  it('enforces a budget across several processes, and ends at the exact sum', async (database) => {
    const store = await database.open();
    const { id: keyId } = await store.keys.create(
      { name: 'k', budgets: [{ window: 'total', limitUsd: 100_000 / 1e9, unknownPrices: 'refuse' }] },
      'hash',
    );
    const children = ['p1', 'p2', 'p3'].map((name) =>
      startLoad(database, { name, keyId, calls: 150, concurrency: 20, reserve: 3_000 }),
    );
    const lines = (await Promise.all(children.map((child) => linesOf(child)))).flat();
    assert.deepEqual(
      children.map(({ exitCode }) => exitCode),
      [0, 0, 0],
    );
    assert.deepEqual(
      lines.filter((line) => 'exceeded' in line),
      [],
    );
    const costs = lines.flatMap((line) => ('settled' in line ? [BigInt(line.cost)] : []));
    const refused = lines.filter((line) => 'refused' in line).length;
    assert.equal(costs.length + refused, 450);
    assert.ok(refused > 0, 'the budget was too small for all of them');
    const { spent, reserved } = await budgetOf(store, keyId);
    assert.equal(
      spent,
      costs.reduce((sum, cost) => sum + cost, 0n),
    );
    assert.equal(reserved, 0n);
    const { totalNanoUsd } = await store.ledger.costs({ since: 0, by: 'key' });
    assert.equal(BigInt(totalNanoUsd), spent);
  });

  it('loses no acknowledged write when its process is killed under 200 concurrent calls', async (database) => {
    const store = await database.open();
    const { id: keyId } = await store.keys.create(
      { name: 'k', budgets: [{ window: 'total', limitUsd: 1_000, unknownPrices: 'refuse' }] },
      'hash',
    );
    const child = startLoad(database, { name: 'p', keyId, calls: 1e6, concurrency: 200, reserve: 5_000 });
    const lines = await linesOf(child, (_, count) => {
      if (count === 2_000) child.kill('SIGKILL');
    });
    assert.equal(child.signalCode, 'SIGKILL');
    await database.backend.verify(database.address);

    const orphans = await store.recoverOrphans();
    const rows = new Map((await store.ledger.recent({ limit: 1e6 })).map((row) => [row.id, row]));
    for (const line of lines) {
      if ('opened' in line) assert.ok(rows.has(line.opened), `${line.opened} is there`);
      if (!('settled' in line)) continue;
      const row = rows.get(line.settled);
      assert.equal(row?.state, 'ok');
      assert.equal(row?.cost, BigInt(line.cost));
      assert.equal(row?.attempts.length, 1);
    }
    const states = Object.groupBy(rows.values(), ({ state }) => state);
    assert.equal(states.interrupted?.length, orphans);
    assert.ok(orphans > 0 && orphans <= 200, `${orphans} calls were under way`);
    assert.equal(states.running, undefined);
    const { spent, reserved } = await budgetOf(store, keyId);
    assert.equal(reserved, 0n);
    assert.equal(
      spent,
      [...rows.values()].reduce((sum, { cost = 0n }) => sum + cost, 0n),
    );
  });
});
