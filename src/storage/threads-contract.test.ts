import assert from 'node:assert/strict';
import { describeEachBackend } from '../../test/support/each-backend.ts';
import type { Thread, ThreadTurn } from '../core/stores/thread.ts';

const noon = Date.UTC(2026, 10, 20, 12);
const hour = 3_600_000;

const thread = (changes: Partial<Thread> = {}): Omit<Thread, 'turns'> => ({
  id: 'thread_1',
  keyId: 'key-a',
  title: 'How do I …',
  createdAt: noon,
  updatedAt: noon,
  expiresAt: noon + hour,
  model: 'lab/small',
  ...changes,
});

const turn = (changes: Partial<ThreadTurn>): ThreadTurn => ({
  role: 'user',
  text: '',
  files: [],
  at: noon,
  ...changes,
});

const file = (text: string) => ({ path: 'src/a.ts', text });

const question = turn({ text: 'What does it do? ☃\0', tool: 'chat', files: [file('let a = 1;')] });
const answer = turn({ role: 'assistant', text: 'It counts.', model: 'lab/small', requestId: 'req_1' });

describeEachBackend('threads', (it) => {
  it('returns what was appended, in order, also in another process', async (database) => {
    const store = await database.open();
    await store.threads.append(thread(), [question, answer]);
    const more = turn({
      text: 'And now?',
      files: [file('let a = 2;'), { path: 'b.ts', text: 'let a = 1;' }],
    });
    await store.threads.append(
      thread({ updatedAt: noon + 1, expiresAt: noon + 2 * hour, model: 'lab/big' }),
      [more],
    );

    const other = await database.open();
    const read = await other.threads.read('thread_1', { keyId: 'key-a', now: noon + hour });
    assert.deepEqual(read, {
      ...thread({ updatedAt: noon + 1, expiresAt: noon + 2 * hour, model: 'lab/big' }),
      turns: [{ ...question, text: 'What does it do? ☃\u{FFFD}' }, answer, more],
    });
  });

  it('separates keys: another key cannot read, continue, list or delete a thread', async (database) => {
    const { threads } = await database.open();
    await threads.append(thread(), [question]);
    const foreign = { keyId: 'key-b', now: noon };
    assert.equal(await threads.read('thread_1', foreign), undefined);
    assert.deepEqual(await threads.list({ ...foreign, limit: 10 }), []);
    assert.equal(await threads.remove('thread_1', foreign), false);
    await assert.rejects(threads.append(thread({ keyId: 'key-b' }), [answer]), { code: 'not_found' });
    assert.equal((await threads.read('thread_1', { keyId: 'key-a', now: noon }))?.turns.length, 1);
  });

  it('keeps a thread on local models once a turn was limited to them', async (database) => {
    const { threads } = await database.open();
    await threads.append(thread(), [question]);
    await threads.append(thread({ localOnly: true }), [answer]);
    await threads.append(thread(), [question]);
    const read = await threads.read('thread_1', { keyId: 'key-a', now: noon });
    assert.equal(read?.localOnly, true);
  });

  it('lists the latest first, also of one millisecond, with the number of turns', async (database) => {
    const { threads } = await database.open();
    await threads.append(thread(), [question, answer]);
    await threads.append(thread({ id: 'thread_2', updatedAt: noon + 5 }), [question]);
    await threads.append(thread({ id: 'thread_3', updatedAt: noon + 3 }), [question]);
    await threads.append(thread({ id: 'thread_4', updatedAt: noon + 5 }), [question]);
    const listed = await threads.list({ keyId: 'key-a', now: noon, limit: 3 });
    assert.deepEqual(
      listed.map(({ id, turns }) => [id, turns]),
      [
        ['thread_4', 1],
        ['thread_2', 1],
        ['thread_3', 1],
      ],
    );
  });

  it('hides a thread at its expiry, and deletes its rows on request', async (database) => {
    const { threads } = await database.open();
    await threads.append(thread(), [question]);
    await threads.append(thread({ id: 'thread_2', expiresAt: noon + 9 * hour }), [question]);
    const later = { keyId: 'key-a', now: noon + hour };
    assert.equal(await threads.read('thread_1', later), undefined);
    assert.equal((await threads.list({ ...later, limit: 10 })).length, 1);
    assert.equal(await threads.removeExpired(later.now), 1);
    assert.equal(await threads.removeExpired(later.now), 0);
    assert.equal(await threads.read('thread_1', { keyId: 'key-a', now: noon }), undefined);
    assert.ok(await threads.read('thread_2', later));
  });

  it('deletes a thread once', async (database) => {
    const { threads } = await database.open();
    await threads.append(thread(), [question]);
    assert.equal(await threads.remove('thread_1', { keyId: 'key-a' }), true);
    assert.equal(await threads.remove('thread_1', { keyId: 'key-a' }), false);
    assert.equal(await threads.read('thread_1', { keyId: 'key-a', now: noon }), undefined);
  });

  it('keeps every turn when several continue a thread at once', async (database) => {
    const stores = [await database.open(), await database.open()];
    await stores[0]?.threads.append(thread(), [question]);
    const pairs = Array.from({ length: 20 }, (_, n) => [
      turn({ text: `question ${n}` }),
      turn({ role: 'assistant', text: `answer ${n}` }),
    ]);
    await Promise.all(pairs.map((pair, n) => stores[n % 2]?.threads.append(thread(), pair)));
    const read = await stores[0]?.threads.read('thread_1', { keyId: 'key-a', now: noon });
    const texts = read?.turns.map(({ text }) => text) ?? [];
    assert.equal(texts.length, 41);
    for (let n = 0; n < 20; n += 1) {
      assert.equal(texts.indexOf(`answer ${n}`), texts.indexOf(`question ${n}`) + 1, 'a pair stays together');
    }
  });
});
