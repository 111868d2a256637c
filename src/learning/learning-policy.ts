import type { Plan, Policy, RequestFeatures } from '../core/plan.ts';
import { roughCost } from '../core/price.ts';
import type { Candidate } from '../core/provider.ts';
import { successPrior } from '../core/success-prior.ts';
import { explore, mayBeBetter, usualExploration } from './explore.ts';
import type { LearnedRouting } from './learned-routing.ts';
import { projectTag } from './router-state.ts';

/** Another candidate is worth trying while it may be as good, at up to this many times the cost. */
const dearestTrial = 3;

/**
 * A policy that goes on learning: a few calls try another candidate, a few go where `guard` would send them, and both
 * with the chance they had, so that they can be weighed later. Calls of critical keys are never part of it.
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
      const ranked = plan.steps.flatMap((step) => step.candidates);
      const [first, ...others] = ranked;
      if (first === undefined || isCritical(features)) return plan;
      const { arm, propensity } = learned.state.guard.next(random);
      if (arm === 'guard') {
        const guarded = guard.plan(features, candidates, stats);
        const why = learned.state.guard.tripped
          ? 'learned choices did worse of late'
          : 'to compare with what was learned';
        return {
          ...guarded,
          reason: `${guarded.reason} (${why})`,
          experiment: { arm, propensity, explored: false },
        };
      }
      const trial = explore([first, ...others], {
        random,
        rate: features.preferences?.exploration ?? usualExploration,
        plausible: (candidate) =>
          stats.of(candidate.deployment).healthy && mayBeAsGood(candidate, first, features, learned),
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

function isCritical({ preferences, tags }: RequestFeatures): boolean {
  return preferences?.critical === true || tags.includes('critical');
}

function mayBeAsGood(
  { model }: Candidate,
  { model: leader }: Candidate,
  features: RequestFeatures,
  { state }: LearnedRouting,
): boolean {
  const { task, difficulty, tags, inputTokens, outputTokens, at } = features;
  if (!model.price || !leader.price) return false;
  const cost = (price: NonNullable<typeof model.price>) => roughCost(price, inputTokens, outputTokens, at);
  if (cost(model.price) > dearestTrial * cost(leader.price)) return false;
  const tag = projectTag(tags);
  const estimate = (one: typeof model) =>
    state.learner.estimate({
      model: one.id,
      base: successPrior(one, task, difficulty),
      ...(task && { task }),
      ...(tag && { tag }),
    });
  return mayBeBetter(estimate(model), estimate(leader));
}
