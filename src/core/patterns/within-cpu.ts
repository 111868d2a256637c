import { createContext, Script } from 'node:vm';

const stopped = 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/**
 * Gives work on untrusted input this much CPU time, and restarts it if wall time ran out before it got that: on a busy
 * machine a hundred milliseconds may pass while it got one. Blocks its thread for no more than about three times `cpuMs`
 * of work. The limit itself costs a fifth of a millisecond. Stopped work leaves everything as it is at that moment, so
 * it should change nothing but its own result.
 * @throws whatever the work throws, and its timeout if it used its share.
 */
export function withinCpu<T>(
  work: () => T,
  {
    cpuMs,
    usedMs = threadCpuMs,
    runFor = runForWallTime,
  }: {
    readonly cpuMs: number;
    readonly usedMs?: () => number;
    readonly runFor?: (work: () => T, timeoutMs: number) => T;
  },
): T {
  for (let timeoutMs = cpuMs; ; timeoutMs *= 2) {
    const before = usedMs();
    try {
      return runFor(work, timeoutMs);
    } catch (error) {
      // Wall time and CPU time never agree exactly.
      if (!ranOutOfTime(error) || usedMs() - before >= cpuMs / 2) throw error;
    }
  }
}

/** Whether work was stopped, rather than failed. The error may be one of the script's own realm, so not an `Error` here. */
export function ranOutOfTime(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === stopped;
}

const context = createContext({ work: () => undefined });
const script = new Script('work()');

/** Node stops only scripts, but a script together with whatever it calls. */
function runForWallTime<T>(work: () => T, timeoutMs: number): T {
  const finished: { readonly result: T }[] = [];
  const { stackTraceLimit } = Error;
  Object.assign(context, { work: () => void finished.push({ result: work() }) });
  try {
    script.runInContext(context, { timeout: timeoutMs });
  } finally {
    // Libraries lower it for as long as they make an error, and no `finally` of stopped work is run.
    Error.stackTraceLimit = stackTraceLimit;
    Object.assign(context, { work: undefined });
  }
  const [{ result } = unfinished()] = finished;
  return result;
}

function unfinished(): never {
  throw new Error('the work of a script did not run');
}

/** The CPU time that this thread has used. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
