import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A proxy to a PostgreSQL server that can go silent, like a dropped route or a frozen machine. */
export type FreezableProxy = {
  /** The URL of the server's database, through this proxy. */
  readonly url: string;
  /** Stops passing data in either direction; no connection is closed. */
  freeze(): void;
  /** Freezes after the first message to the server that contains `text`; that message still arrives. */
  freezeBehind(text: string): void;
  /** Passes on everything that was held back. */
  thaw(): void;
  close(): Promise<void>;
};

export async function startFreezableProxy(serverUrl: string): Promise<FreezableProxy> {
  const url = new URL(serverUrl);
  const socketPath = join(url.searchParams.get('host') ?? '', '.s.PGSQL.5432');
  const sockets = new Set<Socket>();
  let frozen = false;
  let last: string | undefined;

  function freeze(): void {
    frozen = true;
    for (const socket of sockets) socket.pause();
  }

  function pass(from: Socket, to: Socket): void {
    sockets.add(from);
    from.on('data', (bytes) => {
      to.write(bytes);
      if (last === undefined || !bytes.includes(last)) return;
      last = undefined;
      freeze();
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => sockets.delete(from));
    if (frozen) from.pause();
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ path: socketPath, allowHalfOpen: true });
    pass(client, upstream);
    pass(upstream, client);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url.searchParams.delete('host');
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  return {
    url: url.href,
    freeze,
    freezeBehind(text) {
      last = text;
    },
    thaw() {
      frozen = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
