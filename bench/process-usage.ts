import { readdirSync, readFileSync } from 'node:fs';
import type { Usage } from './processes/report-usage.ts';

const pageBytes = 4_096;

/** The resources that a process and its children have used, as Linux reports them; CPU time to the nanosecond. */
export function processUsage(pid: number): Usage {
  const tasks = readdirSync(`/proc/${pid}/task`).map((task) => `/proc/${pid}/task/${task}`);
  const own = tasks.reduce(
    (sum, task) => sum + Number(readFileSync(`${task}/schedstat`, 'utf8').split(' ')[0]),
    0,
  );
  const children = tasks
    .flatMap((task) => readFileSync(`${task}/children`, 'utf8').trim().split(' '))
    .filter((child) => child !== '')
    .map((child) => processUsage(Number(child)));
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return children.reduce(
    (sum, child) => ({
      cpuMicroseconds: sum.cpuMicroseconds + child.cpuMicroseconds,
      rssBytes: sum.rssBytes + child.rssBytes,
    }),
    { cpuMicroseconds: own / 1_000, rssBytes: pages * pageBytes },
  );
}
