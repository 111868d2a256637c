import { minOf } from '../core/lists/extremes.ts';
import { byList } from '../core/memories/by-list.ts';
import type { Plan, Policy } from '../core/routing/plan/plan.ts';
import type { Candidate } from '../core/deployment.ts';
import { type Tier, tiers } from '../core/task.ts';
import { demandedTier } from './demanded-tier.ts';
import { rankByTier } from './rank-by-tier.ts';
import { tiersFrom } from './tiers-from.ts';
import { withUnmetTier } from './unmet-tier.ts';

/**
 * Restricts a policy to the tier that the call asks for, by name or by header; all other candidates follow as
 * fallbacks, nearest tier first. If the tier has no candidates, the nearest tier replaces it and the reason says so.
 * Local models are the last resort of the tier that the caller demands, and otherwise of all, unless the call asks for a
 * local one.
 */
export function tierFirst(policy: Policy): Policy {
  return {
    name: policy.name,
    plan(features, candidates, stats): Plan {
      const { tier, localOnly } = features.asked;
      if (tier === undefined) return policy.plan(features, candidates, stats);
      const isDemanded = demandedTier(features) === tier;
      const { within, others } = divided(candidates, tier, { localOnly, isDemanded });
      const plan = policy.plan(features, within, stats);
      const found = within[0]?.model.tier;
      const reason = `${plan.reason} (tier ${found === tier ? tier : `${found ?? 'none'}; ${tier} was wanted`})`;
      const inTier = withUnmetTier({ ...plan, reason }, features, within[0]?.model);
      const last = plan.steps.at(-1);
      if (!last || others.length === 0) return inTier;
      const behind = rankByTier(others, { features, stats, wanted: tier });
      const steps = [...plan.steps.slice(0, -1), { ...last, candidates: [...last.candidates, ...behind] }];
      return { ...inTier, steps };
    },
  };
}

type Divided = { readonly within: readonly Candidate[]; readonly others: readonly Candidate[] };

function divided(
  candidates: readonly Candidate[],
  wanted: Tier,
  { localOnly, isDemanded }: { readonly localOnly: boolean; readonly isDemanded: boolean },
): Divided {
  const divisions = divisionsOf(candidates);
  const key = `${wanted} ${localOnly} ${isDemanded}`;
  const known = divisions.get(key);
  if (known) return known;
  const distance = ({ model }: Candidate) => {
    const tiersAway = tiersFrom(wanted, model);
    if (!model.local || localOnly) return tiersAway;
    return isDemanded && tiersAway === 0 ? 0.5 : tiersAway + tiers.length + 1;
  };
  const nearest = minOf(candidates.map(distance));
  const made = {
    within: candidates.filter((candidate) => distance(candidate) === nearest),
    others: candidates.filter((candidate) => distance(candidate) !== nearest),
  };
  divisions.set(key, made);
  return made;
}

/** Returns the same lists for the same candidates, so that rankings can reuse what they cache per list. */
const divisionsOf = byList<Candidate, Map<string, Divided>>(() => new Map());
