import { Worker } from 'node:worker_threads';
import { officialClients } from './index.ts';
import type { ListenerReport, ListenerTask } from './listener.ts';

/** At least two cores are assumed. */
const threads = 2;

/**
 * What every official client reads from these recordings, by client name. Runs in separate threads, because `node:test`
 * tracks every promise of its own thread, which would be most of the work here.
 */
export async function listening(ids: ListenerTask['ids']): Promise<ReadonlyMap<string, ListenerReport>> {
  const shares = Array.from({ length: threads }, (_, share) =>
    officialClients.filter((_, at) => at % threads === share).map(({ name }) => name),
  );
  const reports = await Promise.all(shares.map((clients) => listen({ clients, ids })));
  return new Map(reports.flat());
}

function listen(task: ListenerTask): Promise<[string, ListenerReport][]> {
  const thread = new Worker(new URL('./listener.ts', import.meta.url), { workerData: task });
  const reports: [string, ListenerReport][] = [];
  return new Promise((resolve, reject) => {
    thread.on('message', (report: [string, ListenerReport]) => reports.push(report));
    thread.once('error', reject);
    thread.once('exit', () => resolve(reports));
  });
}
