import { readdirSync, readFileSync } from 'node:fs';

/** What a process and the processes that it has started have consumed since they began. */
export type Usage = { readonly cpuMicroseconds: number; readonly rssBytes: number };

// Preloaded into every measured process, the product's own included, so that it needs no code for being measured.
process.on('message', (message) => {
  if (message !== 'usage') return;
  const { user, system } = process.cpuUsage();
  const usages = [{ cpuMicroseconds: user + system, rssBytes: process.memoryUsage.rss() }, ...childUsages()];
  const usage: Usage = {
    cpuMicroseconds: usages.reduce((sum, { cpuMicroseconds }) => sum + cpuMicroseconds, 0),
    rssBytes: usages.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
  };
  process.send?.(usage);
});
// The listener alone must not keep a process alive.
process.channel?.unref();

/** The kernel counts CPU in hundredths of a second for everybody. */
const microsecondsPerTick = 10_000;
const pageBytes = 4_096;

/** The workers of a gateway, where the kernel tells; elsewhere none. */
function childUsages(): Usage[] {
  try {
    return readdirSync('/proc/self/task')
      .flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' '))
      .filter((pid) => pid.trim() !== '')
      .map((pid) => {
        // Behind the name, which may hold anything: state is the first field, utime the 12th, stime the 13th, rss the 22nd.
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ');
        const ticks = Number(fields[11]) + Number(fields[12]);
        return { cpuMicroseconds: ticks * microsecondsPerTick, rssBytes: Number(fields[21]) * pageBytes };
      });
  } catch {
    return [];
  }
}
