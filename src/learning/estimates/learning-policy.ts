import { hasTag } from '../../core/names/has-tag.ts';
import { movedToFront } from '../../core/names/moved-to-front.ts';
import type { Plan, Policy, RequestFeatures } from '../../core/routing/plan.ts';
import { roughCost } from '../../core/money/price.ts';
import type { Candidate } from '../../core/provider.ts';
import { explore, mayBeBetter, usualExploration } from '../outcomes/explore.ts';
import type { ModelEstimates } from './known-work.ts';
import type { LearnedRouting } from './learned-routing.ts';
import { mostDeviation } from '../outcomes/online-learner.ts';

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
    ...policy,
    plan(features, candidates, stats): Plan {
      const { trippedFor, next } = learned.state.guard;
      const tripped = trippedFor(features.keyId);
      const guarded = (why: string): Plan => {
        const safe = guard.plan(features, candidates, stats);
        return { ...safe, reason: `${safe.reason} (${why})` };
      };
      if (candidates.length === 0) return policy.plan(features, candidates, stats);
      // Out of experiments, but not of reach of what they have shown.
      if (isCritical(features)) return tripped ? guarded(didWorse) : policy.plan(features, candidates, stats);
      const { arm, propensity } = next(random, features.keyId);
      if (arm === 'guard') {
        const safe = guarded(tripped ? didWorse : 'to compare with what was learned');
        return { ...safe, experiment: { arm, propensity, explored: false } };
      }
      const plan = policy.plan(features, candidates, stats);
      const ranked = plan.steps[0]?.candidates ?? [];
      if (!hasAny(ranked)) return plan;
      const mayBeAsGood = rivalsOf(ranked[0], features, learned.estimatesOf(features));
      const { allHealthy = false } = stats;
      const trial = explore(leaderAndNear(ranked[0], candidates, features), {
        random,
        rate: features.preferences?.exploration ?? usualExploration,
        plausible: (candidate) =>
          mayBeAsGood(candidate) && (allHealthy || stats.of(candidate.deployment).healthy),
      });
      const experiment = {
        arm,
        propensity: toMillionths(propensity * trial.propensity),
        explored: trial.explored,
      };
      if (!trial.explored) return { ...plan, experiment };
      const { chosen } = trial;
      return {
        ...plan,
        steps: [{ candidates: movedToFront(chosen, ranked) }],
        reason: `${chosen.model.id} to learn of it; else ${plan.reason}`,
        experiment,
      };
    },
  };
}

/** Without what a product of floating-point numbers leaves behind. */
function toMillionths(share: number): number {
  return Math.round(share * 1e6) / 1e6;
}

const didWorse = 'learned choices did worse of late';

function isCritical({ preferences, tags }: RequestFeatures): boolean {
  return preferences?.critical === true || hasTag(tags, 'critical');
}

function hasAny(ranked: readonly Candidate[]): ranked is readonly [Candidate, ...Candidate[]] {
  return ranked.length > 0;
}

/**
 * The leader, and who is near enough that what is not known of it might make it better. Of a hundred candidates most are
 * told apart by one number: only the others are looked at one by one.
 */
function leaderAndNear(
  leader: Candidate,
  candidates: readonly Candidate[],
  { quality }: RequestFeatures,
): readonly [Candidate, ...Candidate[]] {
  const chances = quality?.ofAll?.(candidates);
  if (!chances) return [leader, ...candidates.filter((candidate) => candidate !== leader)];
  const least = (chances[candidates.indexOf(leader)] ?? 0) - mostDeviation;
  const near: [Candidate, ...Candidate[]] = [leader];
  for (let at = 0; at < candidates.length; at++) {
    const candidate = candidates[at];
    if (candidate && candidate !== leader && (chances[at] ?? 0) >= least) near.push(candidate);
  }
  return near;
}

/** Who may be as good as the leader, and is not so dear that a trial is worth less than what it teaches. */
function rivalsOf(
  { model: leader }: Candidate,
  features: RequestFeatures,
  estimates: ModelEstimates,
): (candidate: Candidate) => boolean {
  if (!leader.price) return () => false;
  const { inputTokens, outputTokens, at } = features;
  const most = dearestTrial * roughCost(leader.price, inputTokens, outputTokens, at);
  const best = estimates.of(leader);
  return ({ model }) =>
    model.price !== undefined &&
    roughCost(model.price, inputTokens, outputTokens, at) <= most &&
    mayBeBetter(estimates.of(model), best);
}
