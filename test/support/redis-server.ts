import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './free-port.ts';

/** Why Redis cannot be started here; absent: it can be. */
export const redisUnavailable =
  spawnSync('redis-server', ['--version']).status === 0
    ? undefined
    : 'needs a Redis server (Debian: apt install redis-server)';

export type TestRedis = {
  readonly url: string;
  stop(): Promise<void>;
  /** Restarts an empty server at the same address. */
  start(): Promise<void>;
  /** Stops answering; no connection is closed. */
  freeze(): void;
  thaw(): void;
};

/** A temporary Redis on a free port; it stops when the test ends. */
export async function startRedis(t: { after(clean: () => Promise<void>): void }): Promise<TestRedis> {
  const port = await freePort();
  let server: ChildProcess | undefined;
  const redis: TestRedis = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
      const started = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
      server = started;
      let output = '';
      for await (const data of started.stdout) {
        output += String(data);
        if (output.includes('Ready to accept connections')) break;
      }
      started.stdout.resume();
    },
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    async stop() {
      if (!server || server.exitCode !== null || server.signalCode !== null) return;
      const gone = once(server, 'exit');
      server.kill('SIGKILL');
      await gone;
    },
  };
  await redis.start();
  t.after(() => redis.stop());
  return redis;
}
