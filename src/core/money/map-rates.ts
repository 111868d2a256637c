import type { Price, Rates, SteppedRates } from './price.ts';

/** Changes every set of rates of a price: its own, those of long prompts, and those at certain times. */
export function mapRates(price: Price, change: (rates: Rates) => Rates): Price {
  const { schedule, cachesUnasked, ...usual } = price;
  return {
    ...mapSteps(usual, change),
    ...(schedule && {
      schedule: schedule.map(({ when, rates }) => ({ when, rates: mapSteps(rates, change) })),
    }),
    ...(cachesUnasked && { cachesUnasked }),
  };
}

function mapSteps({ steps, ...rates }: SteppedRates, change: (rates: Rates) => Rates): SteppedRates {
  return {
    ...change(rates),
    ...(steps && { steps: steps.map((step) => ({ ...step, rates: change(step.rates) })) }),
  };
}

const promptRates = ['input', 'cacheRead', 'cacheWrite', 'cacheWriteLong', 'inputAudio'] as const;
const answerRates = ['output', 'reasoning', 'outputAudio'] as const;

/** Scales the rates of tokens, but not those of searches or of the call itself. */
export function scaleTokenRates(
  rates: Rates,
  { prompt, answer }: { readonly prompt: number; readonly answer: number },
): Rates {
  const scaled: Partial<Record<keyof Rates, number>> = {};
  const scale = (names: readonly (keyof Rates)[], factor: number) => {
    for (const name of names) {
      const rate = rates[name];
      if (rate !== undefined) scaled[name] = Math.round(rate * factor);
    }
  };
  scale(promptRates, prompt);
  scale(answerRates, answer);
  return { ...rates, ...scaled };
}

/** Scales the whole price of tokens. */
export function scaleTokenPrice(price: Price, factor: number): Price {
  return mapRates(price, (rates) => scaleTokenRates(rates, { prompt: factor, answer: factor }));
}
