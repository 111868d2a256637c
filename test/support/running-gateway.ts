import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { bin, inherited } from './command-line.ts';

export type RunningGateway = {
  readonly process: ChildProcess;
  readonly url: string;
  readonly key: string;
  /** The address of the simulated models, if there are any. */
  readonly simulatorUrl: string | undefined;
  readonly output: () => string;
  /** Time from the start of the process until it printed its address. */
  readonly readyMs: number;
};

/**
 * Starts `conclave serve` as a separate process and waits until it prints its address. The caller ends it. `nodeArgs`
 * are passed to Node itself; modules that they load can be sent messages.
 */
export async function runGateway(
  args: readonly string[],
  env: Record<string, string>,
  nodeArgs: readonly string[] = [],
): Promise<RunningGateway> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...nodeArgs, bin, 'serve', '--port', '0', ...args], {
    env: { ...inherited, ...env },
    cwd: env['CONCLAVE_HOME'],
    stdio: ['ignore', 'pipe', 'pipe', ...(nodeArgs.length > 0 ? ['ipc' as const] : [])],
  });
  if (!child.stdout || !child.stderr) throw new Error('the gateway has no output');
  let output = '';
  const greeted = new Promise<void>((resolve) => {
    child.stdout?.on('data', (data: Buffer) => {
      output += data.toString();
      if (output.includes('ANTHROPIC_BASE_URL')) resolve();
    });
  });
  child.stderr.on('data', (data: Buffer) => {
    output += data.toString();
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the gateway ended before it was ready:\n${output}`);
  });
  await Promise.race([greeted, ended]);
  ended.catch(() => undefined);
  return {
    process: child,
    url: /Conclave on (\S+)/.exec(output)?.[1] ?? '',
    key: keyIn(/key\s+in (\S+)/.exec(output)?.[1] ?? '', env),
    simulatorUrl: /simulator\s+(\S+)/.exec(output)?.[1],
    output: () => output,
    readyMs: performance.now() - startedAt,
  };
}

/** Reads the key where the greeting says that it is: in a variable or a file. */
function keyIn(place: string, env: Record<string, string>): string {
  return env[place] ?? readFileSync(place, 'utf8').trim();
}

/** Ends a process and waits until it has exited. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
