import type { Plan, Policy, RequestFeatures, Stats } from '../core/plan.ts';
import { upperBoundCost } from '../core/price.ts';
import type { Candidate } from '../core/provider.ts';
import { tiers, type TaskType, type Tier } from '../core/task.ts';

/** The tier that a task deserves until outcomes say otherwise; ordinary work is the workhorse's. */
const tierOfTask: Partial<Record<TaskType, Tier>> = {
  architecture: 'frontier',
  debugging: 'frontier',
  'security-review': 'frontier',
  formatting: 'economy',
  classification: 'economy',
  extraction: 'economy',
};

/**
 * Chooses by tier and then by estimated cost among the candidates that fit. What follows the choice is a fallback
 * chain: the cheapest of each other family in the tier first, so that one provider's outage does not meet its own
 * second model, then the neighbouring tiers, and a local model last.
 */
const auto: Policy = {
  name: 'auto',
  plan(features, candidates, stats): Plan {
    const wanted = features.tier ?? (features.task && tierOfTask[features.task]) ?? 'workhorse';
    const scored = candidates.map((candidate) => score(candidate, features, wanted, stats));
    const ordered = everyFamilyOnce(scored.toSorted(byMerit)).toSorted(byTurn);
    const first = ordered[0]?.candidate.model;
    return {
      steps: [{ candidates: ordered.map(({ candidate }) => candidate) }],
      reason: first
        ? `${first.id} is the cheapest that fits in tier ${first.tier ?? 'unknown'} (wanted: ${wanted})`
        : 'no candidates',
    };
  },
};

export default auto;

type Scored = {
  readonly candidate: Candidate;
  /** Steps between the candidate's tier and the wanted one; a local model stands behind all others. */
  readonly distance: number;
  readonly healthy: boolean;
  /** It can do some of what is needed in words only. */
  readonly makeshift: boolean;
  /** Nano-dollars; infinite where the price is unknown, so that a known one goes first. */
  readonly cost: number;
};

/** `turn` 0 is a family's best in its tier, 1 its second. */
type Turned = Scored & { readonly turn: number };

function score(candidate: Candidate, features: RequestFeatures, wanted: Tier, stats: Stats): Scored {
  const { model, deployment } = candidate;
  const lastResort = model.local && !features.localOnly;
  return {
    candidate,
    distance: tierDistance(model.tier, wanted) + (lastResort ? tiers.length + 1 : 0),
    healthy: stats.of(deployment.id).healthy,
    makeshift: features.needs.some((need) => model.capabilities[need] === false),
    cost: model.price
      ? Number(upperBoundCost(model.price, features.inputTokens, features.outputTokens, features.at))
      : Number.POSITIVE_INFINITY,
  };
}

/** A model without a tier is tried after all that have one. */
function tierDistance(tier: Tier | undefined, wanted: Tier): number {
  return tier ? Math.abs(tiers.indexOf(tier) - tiers.indexOf(wanted)) : tiers.length;
}

function byMerit(a: Scored, b: Scored): number {
  if (a.distance !== b.distance) return a.distance - b.distance;
  if (a.healthy !== b.healthy) return a.healthy ? -1 : 1;
  if (a.makeshift !== b.makeshift) return a.makeshift ? 1 : -1;
  if (a.cost !== b.cost) return a.cost < b.cost ? -1 : 1;
  return a.candidate.model.id < b.candidate.model.id ? -1 : 1;
}

function everyFamilyOnce(sorted: readonly Scored[]): Turned[] {
  const turns = new Map<string, number>();
  return sorted.map((scored) => {
    const group = `${scored.distance} ${scored.candidate.model.family}`;
    const turn = turns.get(group) ?? 0;
    turns.set(group, turn + 1);
    return { ...scored, turn };
  });
}

function byTurn(a: Turned, b: Turned): number {
  return a.distance - b.distance || a.turn - b.turn || byMerit(a, b);
}
