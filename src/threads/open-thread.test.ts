import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { withStore } from '../../test/support/each-backend.ts';
import { openStore } from '../storage/open-store.ts';
import { openThread, type ThreadOptions } from './open-thread.ts';

const hour = 3_600_000;

test('a thread continues across tools and models, remembers the last model, and expires if it is not continued', () =>
  withStore(async (store) => {
    let at = Date.UTC(2026, 10, 20);
    let ids = 0;
    const options: ThreadOptions = {
      store: store.threads,
      keyId: 'key-a',
      now: () => at,
      newId: () => `thread_${(ids += 1)}`,
      expireAfterMs: hour,
    };
    const first = await openThread(options);
    assert.deepEqual(first.history, []);
    const files = [{ path: 'a.ts', text: 'let a;' }];
    await first.record({
      question: { text: 'Why?\nTell me.', files },
      answer: 'So.',
      tool: 'chat',
      model: 'a/one',
      requestId: 'req_1',
    });

    at += hour - 1;
    const second = await openThread(options, first.id);
    assert.equal(second.model, 'a/one');
    await second.record({
      question: { text: 'And?', files: [] },
      answer: 'Well.',
      tool: 'debug',
      model: 'b/two',
    });

    at += hour - 1;
    const third = await openThread(options, first.id);
    assert.deepEqual(
      third.history.map(({ role, text, tool, model }) => [role, text, tool, model]),
      [
        ['user', 'Why?\nTell me.', 'chat', undefined],
        ['assistant', 'So.', 'chat', 'a/one'],
        ['user', 'And?', 'debug', undefined],
        ['assistant', 'Well.', 'debug', 'b/two'],
      ],
    );
    assert.deepEqual(third.history[0]?.files, files);
    assert.equal((await store.threads.list({ keyId: 'key-a', now: at, limit: 5 }))[0]?.title, 'Why?');

    at += 1;
    await assert.rejects(openThread(options, first.id), {
      code: 'not_found',
      message: /continuation_id/,
    });
    await assert.rejects(openThread({ ...options, keyId: 'key-b' }, first.id), { code: 'not_found' });
  }));

test('an acknowledged turn survives kill -9', () =>
  withStore(async (_store, { address }) => {
    const program = `
      const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, '../storage/open-store.ts'))});
      const { threads } = await openStore({ path: ${JSON.stringify(address)} });
      const row = { id: 'thread_1', keyId: 'key-a', title: 't', createdAt: 1, updatedAt: 1, expiresAt: 1e15 };
      for (let turn = 0; ; turn += 1) {
        await threads.append(row, [{ role: 'user', text: String(turn), files: [], at: turn }]);
        process.stdout.write(turn + '\\n');
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let acknowledged = -1;
    for await (const line of createInterface(child.stdout)) {
      acknowledged = Number(line);
      if (acknowledged === 25) child.kill('SIGKILL');
    }
    const store = await openStore({ path: address });
    const thread = await store.threads.read('thread_1', { keyId: 'key-a', now: 2 });
    await store.close();
    assert.ok(acknowledged >= 25);
    assert.deepEqual(
      thread?.turns.slice(0, acknowledged + 1).map(({ text }) => Number(text)),
      Array.from({ length: acknowledged + 1 }, (_, turn) => turn),
    );
  }));
