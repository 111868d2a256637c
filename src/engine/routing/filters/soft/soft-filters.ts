import type { Candidate } from '../../../../core/deployment.ts';
import { enoughContext } from './enough-context.ts';
import { enoughOutput } from './enough-output.ts';
import type { FilterContext, FilteredCandidates, RuledOut, SoftFilter } from '../filter.ts';
import { knownContext } from './known-context.ts';
import { knownToAct } from './known-to-act.ts';
import { quickEnough } from './quick-enough.ts';
import { sameAccount } from './same-account.ts';

/** In order of importance: an earlier one chooses among more candidates. */
const softFilters: readonly SoftFilter[] = [
  sameAccount,
  knownToAct,
  quickEnough,
  enoughContext,
  knownContext,
  enoughOutput,
];

/** Applies the soft filters one after the other, each to what the one before has left. */
export function applySoftFilters(filtered: FilteredCandidates, context: FilterContext): FilteredCandidates {
  let left = filtered;
  for (const filter of softFilters)
    if (filter.applies(context)) left = applySoftFilter(filter, left, context);
  return left;
}

/** Applies one soft filter; returns the same object if it excludes none. */
function applySoftFilter(
  { excludes, isSure }: SoftFilter,
  filtered: FilteredCandidates,
  context: FilterContext,
): FilteredCandidates {
  const { fit, out } = filtered;
  const worse: RuledOut[] = [];
  let better: Candidate[] | undefined;
  for (let at = 0; at < fit.length; at++) {
    const candidate = fit[at];
    if (!candidate) continue;
    const exclusion = excludes(candidate, context);
    if (exclusion) {
      better ??= fit.slice(0, at);
      worse.push({ model: candidate.model.id, ...exclusion });
    } else better?.push(candidate);
  }
  return better?.some(isSure) ? { fit: better, out: [...out, ...worse] } : filtered;
}
