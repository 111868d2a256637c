import type { Tokens } from '../units.ts';

/**
 * What one attempt consumed. The buckets are disjoint: `input` excludes everything the cache read or wrote,
 * `output` excludes reasoning. Add them up for a provider's totals.
 */
export type Usage = {
  readonly input: Tokens;
  readonly output: Tokens;
  readonly cacheRead: Tokens;
  /** Written to the provider's default cache (Anthropic: five minutes). */
  readonly cacheWrite: Tokens;
  /** Written to the provider's long cache (Anthropic: one hour), priced separately. */
  readonly cacheWriteLong: Tokens;
  readonly reasoning: Tokens;
  /** Server-side web searches, billed per search. */
  readonly webSearches: number;
};

export const noUsage: Usage = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  cacheWriteLong: 0,
  reasoning: 0,
  webSearches: 0,
};

/** Adds two usages bucket by bucket. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    cacheWriteLong: a.cacheWriteLong + b.cacheWriteLong,
    reasoning: a.reasoning + b.reasoning,
    webSearches: a.webSearches + b.webSearches,
  };
}

/** Subtracts the second usage from the first bucket by bucket. */
export function subtractUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input - b.input,
    output: a.output - b.output,
    cacheRead: a.cacheRead - b.cacheRead,
    cacheWrite: a.cacheWrite - b.cacheWrite,
    cacheWriteLong: a.cacheWriteLong - b.cacheWriteLong,
    reasoning: a.reasoning - b.reasoning,
    webSearches: a.webSearches - b.webSearches,
  };
}

/** Returns all tokens of the prompt, cached or not: what OpenAI calls `prompt_tokens`. */
export function promptTokens(usage: Usage): Tokens {
  return usage.input + usage.cacheRead + usage.cacheWrite + usage.cacheWriteLong;
}

/** Returns all tokens that the model wrote, including reasoning: what OpenAI calls `completion_tokens`. */
export function completionTokens(usage: Usage): Tokens {
  return usage.output + usage.reasoning;
}

const maxTokens = 1e9;

/** Returns false for counts that no call can have: the provider miscounts, and booking them would use up budgets. */
export function isCredible(usage: Usage): boolean {
  return promptTokens(usage) + completionTokens(usage) + usage.webSearches <= maxTokens;
}
