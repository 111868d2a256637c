import { createServer } from 'node:net';
import type { RunningState } from './ask-running-server.ts';
import type { Check } from './check.ts';

/**
 * Checks that the gateway can listen here. A port that a running Conclave holds is a note, not a failure, unless that
 * Conclave has refused its new configuration.
 */
export async function checkPort(
  host: string,
  port: number,
  stateOfRunning: (url: string) => Promise<RunningState | undefined>,
): Promise<Check> {
  const check = await tryPort(host, port);
  if (check.state !== 'note') return check;
  const name = host.includes(':') ? `[${host}]` : host;
  const running = await stateOfRunning(`http://${name}:${port}/health/ready`);
  const refused = running?.config?.refused;
  if (!running) return check;
  if (!refused)
    return { name: 'port', state: 'note', found: `${host}:${port} is served by a running Conclave` };
  return {
    name: 'port',
    state: 'failed',
    found: `the Conclave on ${host}:${port} still uses the configuration of ${running.config?.loadedAt}, because the new one is refused: ${refused.reason ?? 'its log says why'}`,
    remedy: 'correct the line that is named; the running gateway takes it up by itself',
  };
}

function tryPort(host: string, port: number): Promise<Check> {
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
