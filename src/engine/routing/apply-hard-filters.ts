import type { Call } from '../../core/call.ts';
import type { DialectId } from '../../core/wire/content.ts';
import type { Model } from '../../core/model.ts';
import type { RequestFeatures } from '../../core/routing/plan.ts';
import type { Candidate } from '../../core/provider.ts';
import { codecsFor } from '../deployments/usable-endpoints.ts';
import type { EngineContext } from '../context.ts';
import { pinToOrigin } from './pin-to-origin.ts';
import type { RuledOut, FilteredCandidates } from './filtered-candidates.ts';
import { candidatesOf } from './candidates-of.ts';
import { isNamed, type Choice } from './choice.ts';
import { ruledOut, type Sieve } from './hard-filters.ts';
import { isCeilingDoubtful } from './price-ceiling.ts';
import { dataPolicies } from './provider-filters.ts';
import { isPlain, plainCall, surelyFits } from './fast-path.ts';
import { preferEnoughOutput } from './prefer-enough-output.ts';
import { preferEnoughContext } from './prefer-enough-context.ts';
import { preferKnownContext } from './prefer-known-context.ts';

export type FilterInput = {
  readonly models: readonly Model[];
  readonly features: RequestFeatures;
  readonly call: Call;
  readonly choice: Choice;
};

/** Candidates that an estimate ruled out but a count of the prompt's tokens might admit. */
export type Doubt = {
  /** Ids of all models whose windows the prompt did not fit, even though a stored decision names only a dozen. */
  readonly tooLongFor: readonly string[];
  /** A candidate is above a price ceiling by the upper bound of the prompt, but not by its estimate. */
  readonly ofCeiling: boolean;
};

export const noDoubt: Doubt = { tooLongFor: [], ofCeiling: false };

/** Applies the hard filters. Returns the remaining candidates, in order, and what ruled out each of the others. */
export function applyHardFilters(
  engine: EngineContext,
  { models, features, call, choice }: FilterInput,
): FilteredCandidates & { readonly doubt: Doubt } {
  const codecs = codecsFor(engine, call.request);
  const speaks = (dialect: DialectId) => codecs.has(dialect);
  const sieve: Sieve = {
    features,
    principal: call.principal,
    speaks,
    stats: engine.stats,
    strict: call.strict === true,
    isNamed: (model) => isNamed(choice, model),
    allowed: dataPolicies(engine.settings.allow, call.principal.allow),
    ...(call.providerWishes && { providerWishes: call.providerWishes }),
  };
  const { candidates, unserved, lasting } = candidatesOf(engine, models, call);
  const look = lasting?.look;
  const plain = look && isPlain(sieve) ? plainCall(features) : undefined;
  const out: RuledOut[] = [];
  // Most calls rule nothing out: then the existing list is reused.
  let fit: Candidate[] | undefined;
  let ofCeiling = false;
  for (let at = 0; at < candidates.length; at++) {
    const candidate = candidates[at];
    if (!candidate) continue;
    const exclusion = plain && look && surelyFits(look, at, plain) ? undefined : ruledOut(candidate, sieve);
    if (exclusion) {
      fit ??= candidates.slice(0, at);
      out.push({ model: candidate.model.id, ...exclusion });
      if (exclusion.rule === 'price') ofCeiling ||= isCeilingDoubtful(candidate, features);
    } else fit?.push(candidate);
  }
  // Past latency only predicts: it chooses among several candidates, but never leaves a call without any (unless
  // strict).
  if (fit?.length === 0 && !sieve.strict && out.some(({ rule }) => rule === 'latency')) {
    const patient = { ...features, maxLatencyMs: undefined };
    return applyHardFilters(engine, { models, features: patient, call, choice });
  }
  const held = { fit: fit ?? candidates, out: unserved.length === 0 ? out : out.concat(unserved) };
  const sifted = preferEnoughContext(held, features, sieve.isNamed);
  const able =
    choice.kind === 'open'
      ? preferEnoughOutput(preferKnownContext(sifted, features), features, sieve.isNamed)
      : sifted;
  // Rankings cache per list identity, so reuse a recent list with the same candidates.
  const left = able.fit === candidates ? able.fit : (lasting?.listOf(able.fit) ?? able.fit);
  return { ...pinToOrigin(engine, call, { ...able, fit: left }), doubt: doubtOf(sifted.out, ofCeiling) };
}

function doubtOf(out: readonly RuledOut[], ofCeiling: boolean): Doubt {
  if (out.length === 0) return noDoubt;
  const tooLongFor = out.filter(({ rule }) => rule === 'window').map(({ model }) => model);
  return { tooLongFor, ofCeiling };
}
