import { Worker } from 'node:worker_threads';
import { officialClients } from './index.ts';
import type { ListenerReport, ListenerTask } from './listener.ts';

/** Two cores are what there is at least. */
const threads = 2;

/**
 * What every official client makes of these recordings, by its name; heard in threads of their own, because `node:test`
 * follows every promise of the thread that it runs in, which would be most of the work here.
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
