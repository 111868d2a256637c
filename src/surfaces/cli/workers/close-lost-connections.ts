import type { Worker } from 'node:cluster';

type Connection = { close(): void };

/**
 * Closes connections that were passed to a worker but do not reach it; otherwise their clients would hang. Node holds
 * each connection until its worker acknowledges it, and gives the worker no other before that. It does not release
 * those of a dead worker, nor those for which the worker has no file descriptor (then `withoutFiles` is called).
 * It gives no access to them. Therefore the messages on the worker's channel are observed (`newconn` and `ack` in
 * Node's lib/internal/cluster, `NODE_HANDLE_NACK` in its lib/internal/child_process). If their format is unknown, they
 * are ignored and nothing is closed.
 */
export function closeLostConnections(worker: Worker, withoutFiles: () => void): void {
  /** By the number of the message; the worker receives them in this order. */
  const given = new Map<unknown, Connection>();
  const channel = worker.process;
  const send = channel.send.bind(channel);
  Object.defineProperty(channel, 'send', {
    configurable: true,
    writable: true,
    value(...sent: readonly unknown[]) {
      const [message, connection] = sent;
      if (memberOf(message, 'act') === 'newconn' && isConnection(connection))
        given.set(memberOf(message, 'seq'), connection);
      return Reflect.apply(send, channel, sent);
    },
  });
  channel.on('internalMessage', (message: unknown) => {
    given.delete(memberOf(message, 'ack'));
    if (memberOf(message, 'cmd') === 'NODE_HANDLE_NACK') closeOldest();
  });
  worker.once('exit', () => {
    for (const connection of given.values()) connection.close();
    given.clear();
  });

  function closeOldest(): void {
    const [seq] = given.keys();
    if (seq === undefined) return;
    // As if the worker had accepted it: Node closes its copy, the only one, and gives the worker the next connection.
    channel.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack: seq, accepted: true });
    withoutFiles();
  }
}

function memberOf(message: unknown, name: string): unknown {
  return typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined;
}

function isConnection(handle: unknown): handle is Connection {
  return typeof memberOf(handle, 'close') === 'function';
}
