import type { Plan, Policy } from '../core/plan.ts';
import type { TaskType, Tier } from '../core/task.ts';
import { rankByTier } from './rank-by-tier.ts';

/** The tier that a task deserves until outcomes say otherwise; ordinary work is the workhorse's. */
const tierOfTask: Partial<Record<TaskType, Tier>> = {
  architecture: 'frontier',
  debugging: 'frontier',
  'security-review': 'frontier',
  formatting: 'economy',
  classification: 'economy',
  extraction: 'economy',
};

/** Chooses by tier and then by estimated cost among the candidates that fit. */
const auto: Policy = {
  name: 'auto',
  plan(features, candidates, stats): Plan {
    const wanted = features.tier ?? (features.task && tierOfTask[features.task]) ?? 'workhorse';
    const ordered = rankByTier(candidates, { features, stats, wanted });
    const first = ordered[0]?.model;
    return {
      steps: [{ candidates: ordered }],
      reason: first
        ? `${first.id} is the cheapest that fits in tier ${first.tier ?? 'unknown'} (wanted: ${wanted})`
        : 'no candidates',
    };
  },
};

export default auto;
