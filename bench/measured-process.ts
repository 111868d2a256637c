import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inherited } from './own-environment.ts';
import type { Usage } from './processes/report-usage.ts';

/** A server in a separate process that reports its resource usage. */
export type MeasuredProcess = {
  /** The first address printed by the process. */
  readonly url: string;
  usage(): Promise<Usage>;
  /** Sends a message and resolves with the next one that comes back; for processes with a reporter of their own. */
  ask?(message: string): Promise<unknown>;
  stop(): Promise<void>;
};

export type ProcessOptions = {
  /** The script and its arguments. */
  readonly command: readonly string[];
  /** Its variables besides the inherited ones. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cores?: Cores;
};

/** The cores that the processes of a bench run on. Default: all on one core. */
export type Cores = 'one' | 'all';

/**
 * Processes are measured in turn, and V8 takes eight seconds of waiting for the end of the work and discards compiled
 * code: the process that waited longest would have to compile again. The gateway prevents this itself; the option
 * prevents it for the others, so that no ratio is flattered.
 */
const patient = `--memory-reducer-delay-ms=${24 * 60 * 60_000}`;

const reporter = join(import.meta.dirname, 'processes/report-usage.ts');

/** Starts a Node server and resolves when it has printed its address. */
export async function startMeasured(options: ProcessOptions): Promise<MeasuredProcess> {
  const child = startProcess(options);
  const url = await firstAddress(child);
  return {
    url,
    async usage() {
      child.send('usage');
      const [usage] = await once(child, 'message');
      return usage;
    },
    async ask(message) {
      child.send(message);
      return (await once(child, 'message'))[0];
    },
    stop: () => stopped(child),
  };
}

/**
 * Starts a Node process with a channel for messages, pinned to one core where `taskset` exists. All share that core:
 * waking a process on another core costs the sender more the idler that core is, which would favour a proxy that keeps
 * it busy.
 */
export function startProcess({ command, environment, cores = 'one' }: ProcessOptions): ChildProcess {
  const node = [patient, '--import', reporter, ...command];
  const [program, args] = cores === 'one' ? pinned(process.execPath, node) : [process.execPath, node];
  // A gateway logs every request: the cost of logging is measured, the log is read only after an error.
  const log = openSync(join(tmpdir(), `conclave-bench-${process.pid}.log`), 'a');
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', log, 'ipc'],
    env: { ...inherited, ...environment },
  });
  closeSync(log);
  return child;
}

/** Returns the program and arguments that run it on the first core, if the system supports that. */
export function pinned(program: string, args: readonly string[]): [program: string, args: string[]] {
  return canPin() ? ['taskset', ['-c', '0', program, ...args]] : [program, [...args]];
}

/** Resolves once a server answers at `url`, with any status. */
export async function untilListening(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(50);
  }
  throw new Error(`no process listens at ${url}`);
}

export async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

let pinnable: boolean | undefined;

function canPin(): boolean {
  pinnable ??= availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;
  return pinnable;
}

function firstAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.once('exit', (code) =>
      reject(new Error(`exited with ${code} before it printed an address: ${printed}`)),
    );
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const url = /http:\/\/[^\s"]+/.exec(printed)?.[0];
      if (url) resolve(url);
    });
  });
}
