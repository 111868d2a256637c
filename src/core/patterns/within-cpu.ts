/** Runs something that stops, with an error of this code, when `timeoutMs` of the clock have passed. */
type Stopping<T> = (timeoutMs: number) => T;

const stopped = 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/**
 * Lets code of others have so much of the processor, and begins again where the clock stopped it before it had that: on
 * a busy machine a hundred milliseconds may pass while it had one. It holds up its thread for no more than about three
 * times `cpuMs` of work.
 * @throws whatever the run throws, and its timeout where it had its share.
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
      const timedOut = error instanceof Error && 'code' in error && error.code === stopped;
      // A clock and a count of work never agree wholly.
      if (!timedOut || usedMs() - before >= cpuMs / 2) throw error;
    }
  }
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
