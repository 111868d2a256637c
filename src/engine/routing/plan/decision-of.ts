import type { CallWishes, RoutingDecision } from '../../../core/routing/decision/routing-decision.ts';
import type { Plan } from '../../../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../../../core/routing/request/request-features.ts';
import { expectedCostAt } from '../../money/expected-cost-at.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { RuledOut } from '../filters/filter.ts';

type Decided = {
  readonly out: readonly RuledOut[];
  /** The most models to list, ranked and ruled out each; the rest are only counted. */
  readonly maxNamed: number;
  readonly features: RequestFeatures;
  readonly wishes: CallWishes | undefined;
};

/**
 * A plan as stored in a call's row: the ranked models, what each would cost and achieve, and what ruled out the others.
 */
export function decisionOf(
  policy: string,
  { steps, reason, experiment }: Plan,
  { out, maxNamed, features, wishes }: Decided,
): RoutingDecision {
  const ranked: Ranked[] = [];
  for (const { candidates } of steps) {
    for (let at = 0; at < candidates.length && ranked.length < maxNamed; at++) {
      const candidate = candidates[at];
      if (candidate) ranked.push(shownCandidate(candidate, features));
    }
  }
  const decision: Writable<RoutingDecision> = {
    policy,
    reason,
    ranked,
    ruledOut: out.length <= maxNamed ? out : out.slice(0, maxNamed),
  };
  if (wishes) decision.wishes = wishes;
  if (features.request.needs.length > 0) decision.needs = features.request.needs;
  if (experiment) decision.experiment = experiment;
  if (out.length > maxNamed) decision.ruledOutMore = out.length - maxNamed;
  return decision;
}

/** Adds the expected cost and, for an open choice, the expected chance of success. */
function shownCandidate(candidate: Candidate, features: RequestFeatures): Ranked {
  const { model, deployment } = candidate;
  const { quality } = features;
  const chance = roundedChance(quality?.of(model));
  const promptShift = roundedChance(quality?.promptShift?.(model));
  const estimate = expectedCostAt(candidate, features);
  const estimateNanoUsd = estimate && Math.round(estimate);
  // One object literal if everything is known: a dozen of these are created for every open choice.
  if (chance !== undefined && estimateNanoUsd !== undefined) {
    const known = { model: model.id, deployment: deployment.id, estimateNanoUsd, chance };
    return promptShift === undefined ? known : { ...known, promptShift };
  }
  return {
    model: model.id,
    deployment: deployment.id,
    ...(estimateNanoUsd !== undefined && { estimateNanoUsd }),
    ...(chance !== undefined && { chance }),
    ...(promptShift !== undefined && { promptShift }),
  };
}

function roundedChance(chance: number | undefined): number | undefined {
  return chance === undefined ? undefined : Math.round(chance * 1_000) / 1_000;
}

type Ranked = RoutingDecision['ranked'][number];
type Writable<T> = { -readonly [member in keyof T]: T[member] };
