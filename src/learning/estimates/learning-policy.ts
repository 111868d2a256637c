import { hasTag } from '../../core/names/has-tag.ts';
import { movedToFront } from '../../core/names/moved-to-front.ts';
import type { Plan, Policy } from '../../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../../core/routing/request/request-features.ts';
import { expectedCost } from '../../core/money/expected-cost.ts';
import type { Candidate } from '../../core/deployment.ts';
import { explore, mayBeBetter, usualExploration } from '../outcomes/explore.ts';
import type { ModelEstimates } from './known-work.ts';
import type { LearnedRouting } from './learned-routing.ts';
import { isElsewhere } from '../../core/names/pool-name.ts';
import { maxDeviation } from '../outcomes/online-learner.ts';

/** Another candidate is worth trying if it may be as good, at up to this many times the cost. */
const dearestExplored = 3;

/**
 * Wraps a policy so that it keeps learning: a few calls try another candidate, and a few go where `guard` would send
 * them. Both record their propensity, so that they can be weighted later. Calls of critical keys are never part of
 * this, nor are later turns of conversations; if the guard has tripped, they follow it like all others.
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
    ...policy,
    plan(features, candidates, stats): Plan {
      const { trippedFor, next } = learned.state.guard;
      const tripped = trippedFor(features.key.id);
      const guarded = (why: string): Plan => {
        const safe = guard.plan(features, candidates, stats);
        return { ...safe, reason: `${safe.reason} (${why})` };
      };
      if (candidates.length === 0) return policy.plan(features, candidates, stats);
      // Not part of experiments, but subject to their result. Later turns mostly stay with their model whatever is drawn:
      // were they recorded, only those would be left whose draw agrees with that model, and the arms could not be
      // compared. So each conversation is drawn once, at its first turn.
      if (isCritical(features) || features.conversation)
        return tripped ? guarded(didWorse) : policy.plan(features, candidates, stats);
      const { arm, propensity } = next(random, features.key.id);
      if (arm === 'guard') {
        const safe = guarded(tripped ? didWorse : 'to compare with what was learned');
        return { ...safe, experiment: { arm, propensity, explored: false } };
      }
      const plan = policy.plan(features, candidates, stats);
      const ranked = plan.steps[0]?.candidates ?? [];
      const [leader] = ranked;
      if (leader === undefined) return plan;
      const mayBeAsGood = rivalsOf(leader, features, learned.estimatesOf(features.work, features.key.id));
      const { allHealthy = false } = stats;
      const isNear = learned.state.learner.suspectsAny ? () => true : nearTo(leader, candidates, features);
      const choice = explore(leader, candidates, {
        random,
        rate: features.preferences?.exploration ?? usualExploration,
        plausible: (candidate, at) =>
          isNear(at) && mayBeAsGood(candidate) && (allHealthy || stats.of(candidate.deployment).healthy),
      });
      const experiment = {
        arm,
        propensity: toMillionths(propensity * choice.propensity),
        explored: choice.explored,
      };
      if (!choice.explored) return { ...plan, experiment };
      const { chosen } = choice;
      return {
        ...plan,
        steps: [{ candidates: movedToFront(chosen, ranked) }],
        reason: `${chosen.model.id} to learn about it; else ${plan.reason}`,
        experiment,
      };
    },
  };
}

/** Removes the rounding noise of a floating-point product. */
function toMillionths(share: number): number {
  return Math.round(share * 1e6) / 1e6;
}

const didWorse = 'learned choices recently did worse';

function isCritical({ preferences, work }: RequestFeatures): boolean {
  return preferences?.critical === true || hasTag(work.tags, 'critical');
}

/**
 * Returns a test for the places of candidates whose estimates are so close to the leader's that, given their
 * uncertainty, they might be better, if no model is suspected of a change. Most of a hundred candidates are ruled out
 * by this one number; only the others are looked at one by one.
 */
function nearTo(
  leader: Candidate,
  candidates: readonly Candidate[],
  { quality }: RequestFeatures,
): (at: number) => boolean {
  const chances = quality?.ofAll?.(candidates);
  if (!chances) return () => true;
  const least = (chances[candidates.indexOf(leader)] ?? 0) - maxDeviation;
  return (at) => (chances[at] ?? 0) >= least;
}

/**
 * Returns a test for candidates that may be as good as the leader and are not too expensive to try. The leader's own
 * model at another provider would teach next to nothing.
 */
function rivalsOf(
  { model: leader }: Candidate,
  features: RequestFeatures,
  estimates: ModelEstimates,
): (candidate: Candidate) => boolean {
  if (!leader.price) return () => false;
  const most = dearestExplored * (expectedCost(leader, features) ?? Infinity);
  const best = estimates.of(leader);
  return ({ model }) =>
    (expectedCost(model, features) ?? Infinity) <= most &&
    mayBeBetter(estimates.of(model), best) &&
    !isElsewhere(model.id, leader.id);
}
