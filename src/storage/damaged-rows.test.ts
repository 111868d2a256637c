import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { intent, noon, settlement } from '../../test/support/ledger-samples.ts';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { keyRing } from '../money/key-ring.ts';
import { hashKey } from '../money/virtual-keys.ts';
import { openSqliteStore } from './sqlite/open-sqlite-store.ts';

/** A store, its warnings, and a way to damage its rows. */
async function opened(t: TestContext) {
  const path = join(tempFolder(t), 'ledger.db');
  const warnings: string[] = [];
  const store = await openSqliteStore({
    path,
    now: () => noon,
    warn: (message) => void warnings.push(message),
  });
  t.after(() => store.close());
  const damage = (sql: string) => {
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
  };
  return { store, warnings, damage };
}

test('a key whose stored settings cannot be read is refused, shown, and works again when they are set', async (t) => {
  const { store, damage } = await opened(t);
  const settings = {
    budgets: [],
    models: ['lab/*'],
    tags: ['ci'],
    allow: { providers: ['lab'] },
    routing: { mode: 'best' },
  } as const;
  const damages = {
    // The last one is a restriction that a newer Conclave may have written.
    allow: ['{"providers":"lab"}', '{"prov', '7', '{"providers":["lab"],"retention":"none"}'],
    routing: ['{"mode":"fastest"}', '{"quality":"much"}', 'null'],
    models: ['{}', '[1]'],
    tags: ['"ci"'],
  } as const;
  for (const [column, texts] of Object.entries(damages)) {
    for (const [at, text] of texts.entries()) {
      const name = `${column} ${at}`;
      const { id } = await store.keys.create({ name, ...settings }, hashKey(name));
      damage(`UPDATE virtual_keys SET ${column} = '${text}' WHERE id = '${id}'`);
      const ring = keyRing({ keys: store.keys, now: () => noon });
      await assert.rejects(ring.authenticate(name), {
        code: 'authentication',
        message: new RegExp(`The key "${name}" .*${column}`),
      });
      const shown = (await store.keys.list()).find((key) => key.id === id);
      assert.deepEqual(shown?.damaged, [column]);
      await store.keys.change(id, { [column]: null });
      ring.forget();
      assert.equal((await ring.authenticate(name))?.keyId, id);
    }
  }
});

test('a key with a budget of an unknown window is refused, shown, and works again with other budgets', async (t) => {
  const { store, damage } = await opened(t);
  const day = { window: 'day', limitUsd: 1, unknownPrices: 'refuse' } as const;
  const total = { ...day, window: 'total' } as const;
  const { id } = await store.keys.create({ name: 'ci', budgets: [day, total] }, hashKey('ci'));
  damage("UPDATE budgets SET period = 'fortnight' WHERE period = 'day'");
  const ring = keyRing({ keys: store.keys, now: () => noon });
  await assert.rejects(ring.authenticate('ci'), { code: 'authentication', message: /"ci" .*budgets/ });
  const [shown] = await store.keys.list();
  assert.deepEqual([shown?.budgets, shown?.damaged], [[total], ['budgets']]);
  assert.equal((await store.keys.budgets(id, noon)).length, 1);
  damage(`UPDATE virtual_keys SET tags = '{', routing = 'null' WHERE id = '${id}'`);
  assert.deepEqual(
    (await store.keys.byId(id))?.damaged,
    ['budgets', 'tags', 'routing'],
    'all damage is named',
  );
  await store.keys.change(id, { tags: null, routing: null });
  await store.keys.change(id, { budgets: [day] });
  ring.forget();
  assert.equal((await ring.authenticate('ci'))?.keyId, id);
});

test('a pin that cannot be read is reported, and another one replaces it', async (t) => {
  const { store, damage } = await opened(t);
  const snapshot = { layout: 3, createdAt: noon, label: '', readUpTo: 0, outcomes: 0, state: {} };
  await store.router.addSnapshot({ version: 1, ...snapshot });
  await store.router.pin(1);
  damage("UPDATE router_settings SET value = 'one' WHERE name = 'pinned'");
  await assert.rejects(store.router.pinned(), { code: 'configuration', message: /"one".*conclave router/ });
  await store.router.pin(1);
  assert.equal(await store.router.pinned(), 1);
});

test('a call whose stored decision, verdicts or tags cannot be read is shown without them, and says so', async (t) => {
  const { store, damage } = await opened(t);
  const { ledger } = store;
  await ledger.open(intent({ id: 'req_1', tags: ['project:red'] }), { unknownPrice: false });
  await ledger.settle(settlement('req_1', { warnings: ['first'] }));
  await ledger.open(intent({ id: 'req_2' }), { unknownPrice: false });
  await ledger.settle(settlement('req_2'));
  damage(
    `UPDATE calls SET decision = '{"policy":7}', verdicts = '[{"model":', tags = '{"a":1}' WHERE id = 'req_1'`,
  );
  const call = await ledger.show('req_1');
  assert.deepEqual([call?.decision, call?.verdicts, call?.tags], [undefined, undefined, []]);
  assert.match(
    call?.warnings.join('\n') ?? '',
    /^first\n.*tags.*\n.*decision.*policy.*\n.*verdicts.*not JSON/,
  );
  assert.equal((await ledger.recent({ limit: 10 })).length, 2, 'it does not hide other calls');
  const { rows } = await ledger.costs({ since: 0, by: 'tag' });
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['(none)'],
  );
  damage(`UPDATE calls SET warnings = 'none' WHERE id = 'req_1'`);
  assert.match((await ledger.show('req_1'))?.warnings.join('\n') ?? '', /warnings.*not JSON/);
});

test('the router learns from an outcome without the parts of its call that cannot be read, and warns once', async (t) => {
  const { store, warnings, damage } = await opened(t);
  const { ledger, router } = store;
  const features = { version: 1, bytes: new Uint8Array([1]) };
  for (const id of ['req_1', 'req_2', 'req_3']) {
    await ledger.open(intent({ id, features, tags: ['project:red'] }), { unknownPrice: false });
    await ledger.settle(settlement(id));
    await ledger.addOutcome({ callId: id, at: noon, kind: 'feedback', score: 1, source: 'key' });
  }
  damage(`UPDATE calls SET verdicts = '[{"rawProbability":"x"}]', tags = 'red' WHERE id = 'req_1'`);
  damage(`UPDATE calls SET decision = '{"experiment":{"arm":"third"}}' WHERE id = 'req_2'`);
  const read = () => router.outcomes({ since: 0, limit: 10 });
  await read();
  const outcomes = await read();
  assert.deepEqual(
    outcomes.map(({ callId, score, tags, weighed, experiment }) => [
      callId,
      score,
      tags,
      weighed,
      experiment,
    ]),
    [
      ['req_1', 1, [], undefined, undefined],
      ['req_2', 1, ['project:red'], undefined, undefined],
      ['req_3', 1, ['project:red'], undefined, undefined],
    ],
  );
  assert.equal((await router.calls({ since: 0, features: 1, limit: 10 })).length, 3);
  assert.equal(warnings.length, 3, warnings.join('\n'));
  assert.match(warnings.join('\n'), /req_1.*tags.*not JSON/);
  assert.match(warnings.join('\n'), /req_1.*verdicts.*0\./);
  assert.match(warnings.join('\n'), /req_2.*decision.*experiment\.arm/);
});

test('a thread whose files cannot be read is not continued without them', async (t) => {
  const { store, damage } = await opened(t);
  const thread = {
    id: 'thr_1',
    keyId: 'key',
    title: 't',
    createdAt: noon,
    updatedAt: noon,
    expiresAt: noon + 9,
  };
  const turn = { role: 'user', text: 'hello', files: [{ path: 'a.ts', text: 'a' }], at: noon } as const;
  for (const files of ['[{"path":', '{}', '[{"path":1}]']) {
    await store.threads.append(thread, [turn]);
    damage(`UPDATE thread_turns SET files = '${files}'`);
    await assert.rejects(store.threads.read('thr_1', { keyId: 'key', now: noon }), {
      code: 'internal',
      message: /thread thr_1.*files/i,
    });
    await store.threads.remove('thr_1', { keyId: 'key' });
  }
});
