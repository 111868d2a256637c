import type { Plan, Policy, RequestFeatures } from '../core/plan.ts';
import { roughCost } from '../core/price.ts';
import type { Candidate } from '../core/provider.ts';
import { explore, mayBeBetter, usualExploration } from './explore.ts';
import type { LearnedRouting, ModelEstimates } from './learned-routing.ts';

/** Another candidate is worth trying while it may be as good, at up to this many times the cost. */
const dearestTrial = 3;

/**
 * A policy that goes on learning: a few calls try another candidate, a few go where `guard` would send them, and both
 * with the chance they had, so that they can be weighed later. Calls of critical keys are never part of it; where the guard
 * has tripped, they go its way like all others.
 */
export function learningPolicy(
  policy: Policy,
  {
    learned,
    guard,
    random,
  }: { readonly learned: LearnedRouting; readonly guard: Policy; readonly random: () => number },
): Policy {
  return {
    name: policy.name,
    plan(features, candidates, stats): Plan {
      const plan = policy.plan(features, candidates, stats);
      const ranked = plan.steps[0]?.candidates ?? [];
      const [first] = ranked;
      const { tripped, next } = learned.state.guard;
      const guarded = (why: string): Plan => {
        const safe = guard.plan(features, candidates, stats);
        return { ...safe, reason: `${safe.reason} (${why})` };
      };
      if (first === undefined) return plan;
      // Out of experiments, but not of reach of what they have shown.
      if (isCritical(features)) return tripped ? guarded(didWorse) : plan;
      const { arm, propensity } = next(random);
      if (arm === 'guard') {
        const safe = guarded(tripped ? didWorse : 'to compare with what was learned');
        return { ...safe, experiment: { arm, propensity, explored: false } };
      }
      const estimates = learned.estimatesOf(features);
      const trial = explore([first, ...ranked.slice(1)], {
        random,
        rate: features.preferences?.exploration ?? usualExploration,
        plausible: (candidate) =>
          stats.of(candidate.deployment).healthy && mayBeAsGood(candidate, first, { features, estimates }),
      });
      const experiment = { arm, propensity: propensity * trial.propensity, explored: trial.explored };
      if (!trial.explored) return { ...plan, experiment };
      const { chosen } = trial;
      return {
        ...plan,
        steps: [{ candidates: [chosen, ...ranked.filter((one) => one !== chosen)] }],
        reason: `${chosen.model.id} to learn of it; else ${plan.reason}`,
        experiment,
      };
    },
  };
}

const didWorse = 'learned choices did worse of late';

function isCritical({ preferences, tags }: RequestFeatures): boolean {
  return preferences?.critical === true || tags.includes('critical');
}

/** Dear trials are worth less than what they teach. */
function mayBeAsGood(
  { model }: Candidate,
  { model: leader }: Candidate,
  { features, estimates }: { readonly features: RequestFeatures; readonly estimates: ModelEstimates },
): boolean {
  const { inputTokens, outputTokens, at } = features;
  if (!model.price || !leader.price) return false;
  const cost = (price: NonNullable<typeof model.price>) => roughCost(price, inputTokens, outputTokens, at);
  if (cost(model.price) > dearestTrial * cost(leader.price)) return false;
  return mayBeBetter(estimates.of(model), estimates.of(leader));
}
