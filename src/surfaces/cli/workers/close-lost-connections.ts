import type { Worker } from 'node:cluster';

type Connection = { close(): void };

/**
 * Closes connections that were passed to a worker but not yet accepted when it died; otherwise their clients would
 * hang. Node holds each connection until its worker acknowledges it, and does not release those of a dead worker or
 * give access to them. Therefore the messages on the worker's channel are observed (`newconn` and `ack` in Node's
 * lib/internal/cluster). If their format is unknown, they are ignored and nothing is closed.
 */
export function closeLostConnections(worker: Worker): void {
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
  channel.on('internalMessage', (message: unknown) => given.delete(memberOf(message, 'ack')));
  worker.once('exit', () => {
    for (const connection of given.values()) connection.close();
    given.clear();
  });
}

function memberOf(message: unknown, name: string): unknown {
  return typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined;
}

function isConnection(handle: unknown): handle is Connection {
  return typeof memberOf(handle, 'close') === 'function';
}
