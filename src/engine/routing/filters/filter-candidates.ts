import type { Model } from '../../../core/model.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { RoutingServices } from '../routing-services.ts';
import { candidatesOf, type AskableCandidates } from './candidates/candidates-of.ts';
import { isPlain, plainCall, surelyFits } from './candidates/fast-path.ts';
import type { FilterContext, FilteredCandidates, RuledOut } from './filter.ts';
import { filterContext, type FilterInput } from './filter-context.ts';
import { foreignReference } from '../request/foreign-reference.ts';
import { ruledOut } from './hard-filters.ts';
import { isCeilingDoubtful } from './price-ceiling.ts';
import { applySoftFilters } from './soft/soft-filters.ts';

/** Candidates that an estimate ruled out but a count of the prompt's tokens might admit. */
export type Doubt = {
  /** Ids of all models whose windows the prompt did not fit, even though a stored decision names only a dozen. */
  readonly tooLongFor: readonly string[];
  /** A candidate is above a price ceiling by the upper bound of the prompt, but not by its estimate. */
  readonly ofCeiling: boolean;
};

export const noDoubt: Doubt = { tooLongFor: [], ofCeiling: false };

/**
 * Applies first the hard filters, then the soft ones, which choose among what is left. Returns the remaining candidates,
 * in order, and what ruled out each of the others.
 * @throws ConclaveError `not_found` if only a reference to something that its key does not own leaves the call without
 * candidates.
 */
export function filterCandidates(
  engine: RoutingServices,
  models: readonly Model[],
  input: FilterInput,
): FilteredCandidates & { readonly doubt: Doubt } {
  const context = filterContext(engine, input);
  const askable = candidatesOf(engine, models, input.call);
  const { candidates, lasting } = askable;
  const { fit: able, out: unable, ofCeiling } = applyHardFilters(askable, context);
  if (able.length === 0) refuseForeign(candidates, context);
  const { fit, out } = applySoftFilters({ fit: able, out: unable }, context);
  return {
    // Rankings cache per list identity, so reuse a recent list with the same candidates.
    fit: fit === candidates ? fit : (lasting?.listOf(fit) ?? fit),
    out,
    doubt: doubtOf(out, ofCeiling),
  };
}

function applyHardFilters(
  { candidates, unserved, lasting }: AskableCandidates,
  context: FilterContext,
): FilteredCandidates & Pick<Doubt, 'ofCeiling'> {
  const { features } = context;
  const look = lasting?.look;
  const plain = look && isPlain(context) ? plainCall(features) : undefined;
  const out: RuledOut[] = [];
  // Most calls rule nothing out: then the existing list is reused.
  let fit: Candidate[] | undefined;
  let ofCeiling = false;
  for (let at = 0; at < candidates.length; at++) {
    const candidate = candidates[at];
    if (!candidate) continue;
    const exclusion = plain && look && surelyFits(look, at, plain) ? undefined : ruledOut(candidate, context);
    if (exclusion) {
      fit ??= candidates.slice(0, at);
      out.push({ model: candidate.model.id, ...exclusion });
      if (exclusion.rule === 'price') ofCeiling ||= isCeilingDoubtful(candidate, features);
    } else fit?.push(candidate);
  }
  return { fit: fit ?? candidates, out: unserved.length === 0 ? out : out.concat(unserved), ofCeiling };
}

/** A model that fits in every other way is not the problem: the client should read about its reference. */
function refuseForeign(candidates: readonly Candidate[], context: FilterContext): void {
  const { foreign } = context;
  if (!foreign) return;
  const own = { ...context, foreign: undefined };
  if (candidates.some((candidate) => !ruledOut(candidate, own))) throw foreignReference(foreign);
}

function doubtOf(out: readonly RuledOut[], ofCeiling: boolean): Doubt {
  if (out.length === 0) return noDoubt;
  const tooLongFor = out.filter(({ rule }) => rule === 'window').map(({ model }) => model);
  return { tooLongFor, ofCeiling };
}
