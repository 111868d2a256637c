import { createServer } from 'node:net';
import type { Check } from './check.ts';

/** Could the gateway listen here? A port that Conclave itself holds is a note, not a failure. */
export function checkPort(host: string, port: number): Promise<Check> {
  const name = 'port';
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const found = `${host}:${port} cannot be used (${error.code ?? error.message})`;
      resolve(
        error.code === 'EADDRINUSE'
          ? {
              name,
              state: 'note',
              found: `${host}:${port} is taken, perhaps by a running Conclave`,
              remedy: 'conclave serve --port 0',
            }
          : { name, state: 'failed', found, remedy: 'choose another with --port or server.port' },
      );
    });
    server.listen(port, host, () =>
      server.close(() => resolve({ name, state: 'ok', found: `${host}:${port} is free` })),
    );
  });
}
