import assert from 'node:assert/strict';
import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { LostConnections } from './lost-connections.ts';

test('a refused connection goes to a worker that accepts, although a busy one always has the next by then', () => {
  const lost = new LostConnections(() => undefined);
  const [full, busy, hung] = [channelOf(lost), channelOf(lost), channelOf(lost)];
  full.sends(1);
  busy.sends(2);
  hung.sends(3);
  full.says({ cmd: 'NODE_HANDLE_NACK' });
  assert.deepEqual([full.got, busy.got, hung.got], [[1], [2], [3]], 'none of them is known to be alive');
  busy.hasMore(4);
  busy.says({ ack: 2, accepted: true });
  assert.deepEqual([full.got, busy.got, hung.got], [[1], [2, 4, 1], [3]]);
});

test('only a connection that a worker has accepted shows that it does not hang', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const outcomes: string[] = [];
  const lost = new LostConnections((_, outcome) => outcomes.push(outcome));
  const [full, busy, hung] = [channelOf(lost), channelOf(lost), channelOf(lost)];
  hung.sends(1);
  busy.sends(2);
  full.sends(3);
  full.says({ cmd: 'NODE_HANDLE_NACK' });
  full.sends(4);
  t.mock.timers.tick(600);
  busy.hasMore(5);
  busy.says({ ack: 2, accepted: true });
  assert.deepEqual([full.got, busy.got, hung.got], [[3, 4], [2, 5, 3], [1]]);
  busy.says({ cmd: 'NODE_HANDLE_NACK' });
  hung.says({ act: 'listening' });
  t.mock.timers.tick(600);
  assert.deepEqual(
    [full.got, busy.got, hung.got],
    [[3, 4], [2, 5, 3], [1]],
    'a second after its refusal, 3 is over',
  );
  assert.deepEqual(outcomes, ['passed-on']);
  t.mock.timers.tick(600);
  assert.deepEqual(outcomes, ['passed-on', 'closed']);
});

test('a worker that does not take a connection because it ends gets no refused one', () => {
  const lost = new LostConnections(() => undefined);
  const [full, ending] = [channelOf(lost), channelOf(lost)];
  full.sends(1);
  ending.sends(2);
  ending.sends(3);
  full.says({ cmd: 'NODE_HANDLE_NACK' });
  ending.says({ ack: 2, accepted: false });
  assert.deepEqual(ending.got, [2, 3]);
});

/** The channel of a worker as Node's cluster uses it, without a process at its other end. */
function channelOf(lost: LostConnections) {
  const got: unknown[] = [];
  const more: number[] = [];
  const channel = Object.assign(new EventEmitter(), {
    send: ({ seq }: { readonly seq: number }) => got.push(seq),
  });
  const worker = Object.assign(new EventEmitter(), { process: channel, isConnected: () => true });
  const sends = (seq: number) =>
    void Reflect.apply(channel.send, channel, [{ act: 'newconn', seq }, { close: () => undefined }]);
  // Node listens first, and sends the next connection as soon as one is accepted.
  channel.on('internalMessage', () => {
    for (const seq of more.splice(0)) sends(seq);
  });
  lost.watch(worker as unknown as Worker); // all that it uses of a worker
  worker.emit('listening');
  return {
    got,
    sends,
    hasMore: (seq: number) => void more.push(seq),
    says: (message: object) => void channel.emit('internalMessage', message),
  };
}
