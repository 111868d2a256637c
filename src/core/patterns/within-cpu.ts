/** A run that stops with the error code below after `timeoutMs` of wall time. */
type Stopping<T> = (timeoutMs: number) => T;

const stopped = 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/**
 * Gives untrusted code this much CPU time, and restarts it if wall time ran out before it got that: on a busy machine a
 * hundred milliseconds may pass while it got one. Blocks its thread for no more than about three times `cpuMs` of work.
 * @throws whatever the run throws, and its timeout if it used its share.
 */
export function withinCpu<T>(
  run: Stopping<T>,
  { cpuMs, usedMs = threadCpuMs }: { readonly cpuMs: number; readonly usedMs?: () => number },
): T {
  for (let timeoutMs = cpuMs; ; timeoutMs *= 2) {
    const before = usedMs();
    try {
      return run(timeoutMs);
    } catch (error) {
      // Wall time and CPU time never agree exactly.
      if (!ranOutOfTime(error) || usedMs() - before >= cpuMs / 2) throw error;
    }
  }
}

/** Whether a run was stopped, rather than failed. */
export function ranOutOfTime(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === stopped;
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
