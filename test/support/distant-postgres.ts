import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Ms } from '../../src/core/units.ts';

/** A proxy that puts a PostgreSQL server at a distance, and counts what the distance is paid for. */
export type DistantPostgres = {
  /** The URL of the server's database, through this proxy. */
  readonly url: string;
  /**
   * How often a client has waited for an answer: statements that are sent without waiting for the answers before them
   * share one round trip.
   */
  roundTrips(): number;
  close(): Promise<void>;
};

/** @param answerMs by how much every answer is late: longer than a client takes to send what it sends in one go. */
export async function startDistantPostgres(serverUrl: string, answerMs: Ms): Promise<DistantPostgres> {
  const url = new URL(serverUrl);
  const socketPath = join(url.searchParams.get('host') ?? '', '.s.PGSQL.5432');
  const sockets = new Set<Socket>();
  let roundTrips = 0;

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  }

  const server = createServer((client) => {
    const upstream = connect({ path: socketPath });
    let answered = true;
    keep(client);
    keep(upstream);
    client.on('data', (bytes) => {
      if (answered) roundTrips += 1;
      answered = false;
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      setTimeout(() => {
        answered = true;
        client.write(bytes);
      }, answerMs);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => setTimeout(() => client.destroy(), answerMs));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url.searchParams.delete('host');
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  return {
    url: url.href,
    roundTrips: () => roundTrips,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
