import { readdirSync, readFileSync } from 'node:fs';
import { processUsage } from '../process-usage.ts';

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

/** The workers of a gateway, where the kernel tells; elsewhere none. */
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
