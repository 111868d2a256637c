import type { Worker } from 'node:cluster';

type Connection = { close(): void };

/**
 * Closes the connections that were given to a worker and not yet taken when it died; their clients would wait for as long
 * as they have patience. Node holds each until its worker says that it has it, and lets go of none of a dead one's. It offers
 * no way to reach them, so what goes over the worker's channel is looked at; unknown messages are left alone, and then
 * nothing is closed (`newconn` and `ack` of Node's lib/internal/cluster).
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
