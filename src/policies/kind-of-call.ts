import { taskTypes, tiers, type TaskType, type Tier } from '../core/task.ts';

/**
 * A small number for the calls that want the same work of the same tier: they order a list of candidates much alike, so
 * each kind keeps its own latest order.
 */
export function kindOfCall(task: TaskType | undefined, tier?: Tier): number {
  const place = task === undefined ? taskTypes.length : (taskPlaces.get(task) ?? taskTypes.length);
  return place * (tiers.length + 1) + (tier === undefined ? tiers.length : tierPlaces[tier]);
}

const taskPlaces: ReadonlyMap<TaskType, number> = new Map(taskTypes.map((task, place) => [task, place]));
const tierPlaces: Readonly<Record<Tier, number>> = { frontier: 0, workhorse: 1, economy: 2 };
