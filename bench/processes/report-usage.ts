import { readdirSync, readFileSync } from 'node:fs';
import { processUsage } from '../process-usage.ts';

/** What a process and its child processes have used since they started. */
export type Usage = { readonly cpuMicroseconds: number; readonly rssBytes: number };

// Preloaded into every measured process, Conclave included, so that they need no code for the measurement.
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
// The listener must not keep the process alive.
process.channel?.unref();

/** The usage of a gateway's workers, if the kernel reports it; otherwise none. */
function childUsages(): Usage[] {
  try {
    return readdirSync('/proc/self/task')
      .flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' '))
      .filter((pid) => pid.trim() !== '')
      .map((pid) => processUsage(Number(pid)));
  } catch {
    return [];
  }
}
