import { byList } from '../core/memories/by-list.ts';
import { isKnownCapable, silentlyIgnored } from '../core/routing/is-known-capable.ts';
import type { Plan, Policy, RequestFeatures } from '../core/routing/plan.ts';
import type { Candidate } from '../core/provider.ts';
import { rankByTier } from './rank-by-tier.ts';

/**
 * A policy that chooses among those who are known to see, hear and read what came along; of whom nobody has told stand
 * behind them all. Where nobody is known to, it chooses among all, as where nothing came along.
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
      const behind = rankByTier(unknown, { features, stats, wanted: features.tier ?? 'workhorse' });
      const steps = [...plan.steps.slice(0, -1), { ...last, candidates: [...last.candidates, ...behind] }];
      return { ...plan, steps };
    },
  };
}

type Divided = { readonly known: readonly Candidate[]; readonly unknown: readonly Candidate[] };

function whoCan({ needs }: RequestFeatures, candidates: readonly Candidate[]): Divided {
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

/** By needs: the same lists for the same candidates, of which rankings remember what they know. */
const divisionsOf = byList<Candidate, Map<string, Divided>>(() => new Map());
