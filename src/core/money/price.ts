import type { Ms, NanoUsd, Tokens } from '../units.ts';
import { promptTokens, type Usage } from './usage.ts';

/** Pico-dollars per token: a price of $3 per million tokens is 3,000,000. Always a non-negative integer. */
export type PicoUsdPerToken = number;

/** What each bucket of a usage costs. A bucket without its own rate uses that of the most similar bucket. */
export type Rates = {
  readonly input: PicoUsdPerToken;
  readonly output: PicoUsdPerToken;
  /** Default: `input`. */
  readonly cacheRead?: PicoUsdPerToken;
  /** Default: `input`. */
  readonly cacheWrite?: PicoUsdPerToken;
  /** Default: `cacheWrite`. */
  readonly cacheWriteLong?: PicoUsdPerToken;
  /** Default: `output`. */
  readonly reasoning?: PicoUsdPerToken;
  /** Audio in the prompt. Absent: unknown, and not the rate of text. */
  readonly inputAudio?: PicoUsdPerToken;
  /** Audio in the answer. Absent: unknown, and not the rate of text. */
  readonly outputAudio?: PicoUsdPerToken;
  /** Pico-dollars for one server-side web search. Default 0. */
  readonly webSearch?: number;
  /** Pico-dollars for the call itself, whatever its size. Default 0. */
  readonly call?: number;
};

/** Rates that grow with the prompt. */
export type SteppedRates = Rates & {
  /** Rates that replace the others once the whole prompt exceeds `abovePromptTokens`; most expensive last. */
  readonly steps?: readonly PriceStep[];
};

/** What a model costs. */
export type Price = SteppedRates & {
  /** Rates that replace the others at certain times (DeepSeek's peak hours, announced changes); the last match wins. */
  readonly schedule?: readonly ScheduledRates[];
  /**
   * The provider writes every prompt of at least `leastCached` tokens to its cache, although nobody asked it to, and
   * bills that at `cacheWrite`. Absent: writes are free, or only what the client marks is written.
   */
  readonly cachesUnasked?: true;
};

/** Shorter prompts are not cached by providers that cache without being asked to. */
export const leastCached: Tokens = 1_024;

type PriceStep = { readonly abovePromptTokens: Tokens; readonly rates: Rates };

export type ScheduledRates = {
  readonly when:
    | { readonly kind: 'from'; readonly at: Ms }
    /** In UTC, in milliseconds after midnight; `end` is exclusive. `days`: 0 is Sunday. Default: every day. */
    | {
        readonly kind: 'daily';
        readonly start: Ms;
        readonly end: Ms;
        readonly days?: readonly number[];
      };
  readonly rates: SteppedRates;
};

/** Converts dollars per million tokens, as prices are published, to pico-dollars per token. */
export function picoPerToken(usdPerMillion: number): PicoUsdPerToken {
  return Math.round(usdPerMillion * 1e6);
}

/** Converts dollars per thousand searches, as prices are published, to pico-dollars per search. */
export function picoPerSearch(usdPerThousand: number): number {
  return Math.round(usdPerThousand * 1e9);
}

/** What affects the bill of a usage besides its counts. */
export type BilledAs = {
  /** Factor for the token rates, in percent. Default: 100. */
  readonly percent?: number;
  /** How much of `input` is audio. Default: 0. */
  readonly audioInput?: Tokens;
  /** How much of `output` is audio. Default: 0. */
  readonly audioOutput?: Tokens;
};

/**
 * Returns the exact cost of a usage that began at `at`, summed over all buckets and rounded half up to nano-dollars
 * once.
 */
export function costOf(
  usage: Usage,
  price: Price,
  at: Ms,
  { percent = 100, audioInput = 0, audioOutput = 0 }: BilledAs = {},
): NanoUsd {
  const rates = ratesFor(priceAt(price, at), promptTokens(usage));
  const cacheWrite = rates.cacheWrite ?? rates.input;
  const audio = Math.min(audioInput, usage.input);
  const spoken = Math.min(audioOutput, usage.output);
  const tokens = sumOf([
    [usage.input - audio, rates.input],
    [audio, rates.inputAudio ?? rates.input],
    [usage.output - spoken, rates.output],
    [spoken, rates.outputAudio ?? rates.output],
    [usage.cacheRead, rates.cacheRead ?? rates.input],
    [usage.cacheWrite, cacheWrite],
    [usage.cacheWriteLong, rates.cacheWriteLong ?? cacheWrite],
    [usage.reasoning, rates.reasoning ?? rates.output],
  ]);
  const apart = sumOf([
    [usage.webSearches, rates.webSearch ?? 0],
    [1, rates.call ?? 0],
  ]);
  return (tokens * BigInt(percent) + apart * 100n + 50_000n) / 100_000n;
}

function sumOf(buckets: readonly (readonly [count: number, rate: number])[]): bigint {
  const sum = buckets.reduce((total, [count, rate]) => total + count * rate, 0);
  return Number.isSafeInteger(sum)
    ? BigInt(sum)
    : buckets.reduce((total, [count, rate]) => total + BigInt(count) * BigInt(rate), 0n);
}

/** Returns the parts of a usage that are priced separately but missing from this price, in words for a warning. */
export function unpricedParts(
  usage: Usage,
  price: Price,
  at: Ms,
  { audioInput = 0, audioOutput = 0 }: Omit<BilledAs, 'percent'> = {},
): string[] {
  const rates = priceAt(price, at);
  const parts: string[] = [];
  if (audioInput > 0 && rates.inputAudio === undefined) parts.push('audio tokens');
  if (audioOutput > 0 && rates.outputAudio === undefined) parts.push('audio tokens of the answer');
  if (usage.webSearches > 0 && (rates.webSearch ?? rates.call) === undefined) parts.push('web searches');
  // If even short-lived writes have no price of their own, long-lived ones cost the same as they do.
  const hasLongWrites = rates.cacheWriteLong !== undefined || rates.cacheWrite === undefined;
  if (usage.cacheWriteLong > 0 && !hasLongWrites) parts.push('cache writes for an hour');
  return parts;
}

/**
 * Returns the most that a prompt and an answer of these sizes can cost, whatever the cache does and however long the
 * call that begins at `at` takes, up to a day.
 */
export function upperBoundCost(
  price: Price,
  {
    prompt,
    completion,
    at,
    hasAudio = false,
    isTextOnly = false,
  }: {
    readonly prompt: Tokens;
    readonly completion: Tokens;
    readonly at: Ms;
    /** The prompt contains audio. Default: false. */
    readonly hasAudio?: boolean;
    /** The answer contains no audio. Default: false. */
    readonly isTextOnly?: boolean;
  },
): NanoUsd {
  // Runs for every candidate of every call: without arrays and closures it takes a fifth of the time.
  let input = 0;
  let output = 0;
  let call = 0;
  const mayHold = (rates: Rates) => {
    const { cacheRead = 0, cacheWrite = 0, cacheWriteLong = 0, inputAudio = 0 } = rates;
    const { reasoning = 0, outputAudio = 0 } = rates;
    input = Math.max(input, rates.input, cacheRead, cacheWrite, cacheWriteLong, hasAudio ? inputAudio : 0);
    output = Math.max(output, rates.output, reasoning, isTextOnly ? 0 : outputAudio);
    call = Math.max(call, rates.call ?? 0);
  };
  for (const stepped of ratesWithinADay(price, at)) {
    mayHold(stepped);
    if (stepped.steps === undefined) continue;
    for (const { abovePromptTokens, rates } of stepped.steps) if (prompt > abovePromptTokens) mayHold(rates);
  }
  return (BigInt(prompt) * BigInt(input) + BigInt(completion) * BigInt(output) + BigInt(call) + 999n) / 1000n;
}

/**
 * Estimates the cost in nano-dollars of a prompt and an answer, with `cached` prompt tokens read from a warm cache and
 * the others written to it where the provider does so unasked: for ranking, never for the ledger.
 */
export function roughCost(
  price: Price,
  prompt: Tokens,
  completion: Tokens,
  at: Ms,
  cached: Tokens = 0,
): number {
  const rates = ratesFor(priceAt(price, at), prompt);
  const isWritten = price.cachesUnasked === true && prompt >= leastCached;
  const fresh = isWritten ? (rates.cacheWrite ?? rates.input) : rates.input;
  const read = (prompt - cached) * fresh + cached * (rates.cacheRead ?? rates.input);
  return (read + completion * rates.output + (rates.call ?? 0)) / 1000;
}

/** Returns the rates that apply at a moment. */
export function priceAt(price: Price, at: Ms): SteppedRates {
  // Runs for every candidate of every call, and nearly all have no schedule: this fast path costs next to nothing.
  return price.schedule === undefined ? price : scheduledAt(price, price.schedule, at);
}

function scheduledAt(price: Price, schedule: readonly ScheduledRates[], at: Ms): SteppedRates {
  for (let last = schedule.length - 1; last >= 0; last--) {
    const scheduled = schedule[last];
    if (scheduled && holds(scheduled.when, at)) return scheduled.rates;
  }
  return price;
}

function ratesWithinADay(price: Price, at: Ms): readonly SteppedRates[] {
  const { schedule } = price;
  if (schedule === undefined) return [price];
  const began = schedule.findLast(({ when }) => when.kind === 'from' && when.at <= at);
  const soon = schedule.filter(
    ({ when }) => when.kind === 'daily' || (when.at > at && when.at <= at + 86_400_000),
  );
  return [began?.rates ?? price, ...soon.map(({ rates }) => rates)];
}

function holds(when: ScheduledRates['when'], at: Ms): boolean {
  if (when.kind === 'from') return at >= when.at;
  if (when.days && !when.days.includes(weekday(at))) return false;
  const time = at % 86_400_000;
  return when.start <= when.end
    ? time >= when.start && time < when.end
    : time >= when.start || time < when.end;
}

/** The day of the week, 0 for Sunday. A `Date` for every candidate of every decision would be garbage. */
function weekday(at: Ms): number {
  const thursday = 4;
  return (Math.floor(at / 86_400_000) + thursday) % 7;
}

function ratesFor(price: SteppedRates, prompt: Tokens): Rates {
  return price.steps === undefined ? price : steppedTo(price, price.steps, prompt);
}

function steppedTo(price: SteppedRates, steps: readonly PriceStep[], prompt: Tokens): Rates {
  for (let last = steps.length - 1; last >= 0; last--) {
    const step = steps[last];
    if (step && prompt > step.abovePromptTokens) return step.rates;
  }
  return price;
}
