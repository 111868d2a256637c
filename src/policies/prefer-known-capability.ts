import { byList } from '../core/memories/by-list.ts';
import { isKnownCapable, silentlyIgnored } from '../core/routing/request/is-known-capable.ts';
import type { Plan, Policy } from '../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import type { Candidate } from '../core/deployment.ts';
import { rankByTier } from './rank-by-tier.ts';

/**
 * Ranks models that are known to support the request's media first, unverified ones last; if none is known to, ranks
 * all.
 */
export function preferKnownCapability(policy: Policy): Policy {
  return {
    name: policy.name,
    plan(features, candidates, stats): Plan {
      const { known, unknown } = whoCan(features, candidates);
      if (known.length === 0 || unknown.length === 0) return policy.plan(features, candidates, stats);
      const plan = policy.plan(features, known, stats);
      const last = plan.steps.at(-1);
      if (!last) return plan;
      const behind = rankByTier(unknown, { features, stats, wanted: features.asked.tier ?? 'workhorse' });
      const steps = [...plan.steps.slice(0, -1), { ...last, candidates: [...last.candidates, ...behind] }];
      return { ...plan, steps };
    },
  };
}

type Divided = { readonly known: readonly Candidate[]; readonly unknown: readonly Candidate[] };

function whoCan({ request: { needs } }: RequestFeatures, candidates: readonly Candidate[]): Divided {
  const missed = silentlyIgnored.filter((need) => needs.includes(need));
  if (missed.length === 0) return { known: candidates, unknown: [] };
  const divisions = divisionsOf(candidates);
  const found = divisions.get(missed.join());
  if (found) return found;
  const divided = {
    known: candidates.filter(({ model }) => isKnownCapable(model, needs)),
    unknown: candidates.filter(({ model }) => !isKnownCapable(model, needs)),
  };
  divisions.set(missed.join(), divided);
  return divided;
}

/**
 * Keyed by needs. Returns the same lists for the same candidates, so that rankings can reuse what they cache per list.
 */
const divisionsOf = byList<Candidate, Map<string, Divided>>(() => new Map());
