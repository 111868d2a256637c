import { cluesOf } from '../../src/core/routing/request/classification.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import type { TaskType, Tier } from '../../src/core/task.ts';
import { taskClassifier, type PromptWeights } from '../../src/learning/prompts/task-classifier.ts';
import { placements } from '../../src/policies/tiered.ts';
import type { WholeRequest } from './whole-requests.ts';

/** The decisions of the default table for whole requests. */
export function judgeRequests(weights: PromptWeights, requests: readonly WholeRequest[]): JsonObject {
  const classify = taskClassifier(weights);
  let kind = 0;
  let tier = 0;
  let frontier = 0;
  let wronglyFrontier = 0;
  let missedFrontier = 0;
  for (const { tasks, tiers = tasks.map(tierOf), request } of requests) {
    const { task = 'none' } = classify(cluesOf(request));
    const isThere = tiers.includes(tierOf(task));
    kind += Number(tasks.includes(task));
    tier += Number(isThere);
    missedFrontier += Number(tiers.every((one) => one === 'frontier') && !isThere);
    if (tierOf(task) !== 'frontier') continue;
    frontier++;
    wronglyFrontier += Number(!isThere);
  }
  const share = (count: number) => Number((count / requests.length).toFixed(3));
  return {
    requests: requests.length,
    rightKind: share(kind),
    rightTier: share(tier),
    frontier,
    wronglyFrontier,
    missedFrontier,
  };
}

/** A request without a guessed task counts as ordinary work. */
function tierOf(task: string): Tier {
  const kinds: Readonly<Partial<Record<string, { readonly tier: Tier }>>> = placements;
  const chat: TaskType = 'chat';
  return (kinds[task] ?? placements[chat]).tier;
}
