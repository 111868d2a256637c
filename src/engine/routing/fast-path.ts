import { capabilities, type Capability } from '../../core/model.ts';
import type { RequestFeatures } from '../../core/routing/plan.ts';
import type { Candidate } from '../../core/provider.ts';
import type { Tokens } from '../../core/units.ts';
import type { Sieve } from './hard-filters.ts';

/** What can rule candidates out of a plain call, in columns: a look at a hundred costs less than one at a single model. */
export type FastPath = {
  /** A bit for every capability that it is said not to have. */
  readonly lacks: Uint16Array;
  /** Tokens; `Infinity` where nobody has told. */
  readonly windows: Float64Array;
  /** 1 where there is more to its place than a model that can be asked. */
  readonly odd: Uint8Array;
};

/** For a list that lasts. */
export function fastPathOf(candidates: readonly Candidate[], speaks: Sieve['speaks']): FastPath {
  return {
    lacks: Uint16Array.from(candidates, ({ model }) =>
      bitsOf(capabilities.filter((one) => model.capabilities[one] === false)),
    ),
    windows: Float64Array.from(candidates, ({ model }) => model.contextWindow ?? Infinity),
    odd: Uint8Array.from(candidates, ({ deployment: { provider, endpoints, payer, custom } }) => {
      const needsKey = provider.needsCallerKey === true && payer !== 'caller';
      const isMute = !custom && !endpoints.some(({ dialect }) => speaks(dialect));
      return needsKey || isMute ? 1 : 0;
    }),
  };
}

/** A call of which nothing but its size and its needs can rule anybody out, as nearly all are. */
export function isPlain({ features, principal, allowed, providerWishes }: Sieve): boolean {
  return (
    principal.models === undefined &&
    allowed.length === 0 &&
    providerWishes === undefined &&
    !features.localOnly &&
    features.otherFamilyThan === undefined &&
    features.pinnedDialect === undefined &&
    features.pinnedProvider === undefined &&
    features.maxCostUsd === undefined &&
    features.maxLatencyMs === undefined &&
    !features.needs.includes('embeddings')
  );
}

/** What a plain call asks of everybody. */
export type PlainCall = { readonly needs: number; readonly inputTokens: Tokens };

export function plainCall({ needs, inputTokens }: RequestFeatures): PlainCall {
  return { needs: bitsOf(needs), inputTokens };
}

/** `true`: no hard filter rules it out. `false`: they have to look closely, and one of them mostly does. */
export function surelyFits({ lacks, windows, odd }: FastPath, at: number, call: PlainCall): boolean {
  return odd[at] === 0 && ((lacks[at] ?? 0) & call.needs) === 0 && call.inputTokens <= (windows[at] ?? 0);
}

const bits = Object.fromEntries(capabilities.map((one, at) => [one, 1 << at]));

function bitsOf(some: readonly Capability[]): number {
  let sum = 0;
  for (const one of some) sum |= bits[one] ?? 0;
  return sum;
}
