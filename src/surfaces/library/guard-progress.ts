import type { Log } from '../../core/telemetry/log.ts';

/**
 * Returns a callback that never throws: what shows the progress of a run must not change its result. After its first
 * failure, which the log names, the program's own callback gets no further lines.
 */
export function guardProgress(
  onProgress: (line: string) => unknown,
  log: Pick<Log, 'warn'>,
): (line: string) => void {
  let failed = false;
  const fail = (error: unknown) => {
    if (!failed) log.warn({ error }, 'onProgress failed and gets no further lines');
    failed = true;
  };
  return (line) => {
    if (failed) return;
    try {
      const shown = onProgress(line);
      if (shown instanceof Promise) shown.catch(fail);
    } catch (error) {
      fail(error);
    }
  };
}
