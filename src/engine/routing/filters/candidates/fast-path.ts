import { capabilities, type Capability } from '../../../../core/model.ts';
import type { RequestFeatures } from '../../../../core/routing/request/request-features.ts';
import type { Candidate } from '../../../../core/deployment.ts';
import type { Tokens } from '../../../../core/units.ts';
import type { FilterContext } from '../filter.ts';

/**
 * What can rule candidates out of a plain call, in columns: checking a hundred this way costs less than fully checking
 * one.
 */
export type FastPath = {
  /** A bit for every capability that the model is known to lack. */
  readonly lacks: Uint16Array;
  /** Tokens; `Infinity` if unknown. */
  readonly windows: Float64Array;
  /** How many tools the provider accepts; `Infinity` if unknown. */
  readonly maxTools: Float64Array;
  /** 1 if the candidate needs the full checks (caller's key required, or no codec for its dialects). */
  readonly odd: Uint8Array;
};

/** Builds the columns, for a candidate list that is reused across calls. */
export function fastPathOf(candidates: readonly Candidate[], speaks: FilterContext['speaks']): FastPath {
  return {
    lacks: Uint16Array.from(candidates, ({ model }) =>
      bitsOf(capabilities.filter((one) => model.capabilities[one] === false)),
    ),
    windows: Float64Array.from(candidates, ({ model }) => model.contextWindow ?? Infinity),
    maxTools: Float64Array.from(
      candidates,
      ({ deployment }) => deployment.provider.quirks.maxTools ?? Infinity,
    ),
    odd: Uint8Array.from(candidates, ({ deployment: { provider, endpoints, payer, custom } }) => {
      const needsKey = provider.needsCallerKey === true && payer !== 'caller';
      const isMute = !custom && !endpoints.some(({ dialect }) => speaks(dialect));
      return needsKey || isMute ? 1 : 0;
    }),
  };
}

/** Whether only the call's size and needed capabilities can rule out a plain candidate, as in nearly all calls. */
export function isPlain({
  features,
  principal,
  allowed,
  providerPreferences,
  foreign,
  strict,
  thoughts,
}: FilterContext): boolean {
  return (
    principal.models === undefined &&
    allowed.length === 0 &&
    providerPreferences === undefined &&
    foreign === undefined &&
    thoughts === undefined &&
    !features.asked.localOnly &&
    (!strict || features.asked.tier === undefined) &&
    features.limits.otherFamilyThan === undefined &&
    features.pin === undefined &&
    features.limits.maxCostUsd === undefined &&
    features.limits.maxLatencyMs === undefined &&
    !features.request.needs.includes('embeddings')
  );
}

/** What a plain call requires of every candidate. */
export type PlainCall = {
  readonly needs: number;
  readonly inputTokens: Tokens;
  readonly toolCount: number;
};

export function plainCall({ request, size }: RequestFeatures): PlainCall {
  return { needs: bitsOf(request.needs), inputTokens: size.prompt.expected, toolCount: request.toolCount };
}

/** `true`: no hard filter rules the candidate out. `false`: run the full filters; usually one of them rules it out. */
export function surelyFits(columns: FastPath, at: number, call: PlainCall): boolean {
  const { lacks, windows, maxTools, odd } = columns;
  return (
    odd[at] === 0 &&
    ((lacks[at] ?? 0) & call.needs) === 0 &&
    call.inputTokens <= (windows[at] ?? 0) &&
    call.toolCount <= (maxTools[at] ?? 0)
  );
}

const bits = Object.fromEntries(capabilities.map((one, at) => [one, 1 << at]));

function bitsOf(some: readonly Capability[]): number {
  let sum = 0;
  for (const one of some) sum |= bits[one] ?? 0;
  return sum;
}
