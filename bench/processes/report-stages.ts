import { Session, type Profiler } from 'node:inspector/promises';
import { stageOf } from '../stage-of.ts';

/** Where the process was when it was looked at: samples by stage. */
export type StageSamples = Readonly<Record<string, number>>;

const everyMicroseconds = 200;

// Preloaded into the profiled gateway, in addition to `report-usage.ts`.
const session = new Session();
process.on('message', async (message) => {
  if (message === 'watch stages') {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: everyMicroseconds });
    await session.post('Profiler.start');
    process.send?.('watching');
  }
  if (message === 'tell stages') {
    const { profile } = await session.post('Profiler.stop');
    process.send?.(samplesOf(profile));
  }
});
process.channel?.unref();

function samplesOf({ nodes, samples = [] }: Profiler.Profile): StageSamples {
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const stages = new Map<number, string | undefined>();
  const counts: Record<string, number> = {};
  for (const { id } of nodes) {
    const stack = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) stack.push(frames.get(at));
    stages.set(id, stageOf(stack.filter((frame) => frame !== undefined)));
  }
  for (const id of samples) {
    const stage = stages.get(id);
    if (stage !== undefined) counts[stage] = (counts[stage] ?? 0) + 1;
  }
  return counts;
}
