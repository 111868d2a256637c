import type { Price, Rates } from './price.ts';

/**
 * Completes the configured price of a model with what is known about its price and the configuration does not say: what
 * a web search costs, and the higher prices of long prompts, in proportion to the ordinary ones.
 */
export function withKnownTerms(configured: Price, known: Price | undefined): Price {
  if (!known) return configured;
  const { webSearch = known.webSearch } = configured;
  const complete = <R extends Rates>(rates: R): R =>
    webSearch === undefined ? rates : { webSearch, ...rates };
  const steps =
    configured.steps ??
    known.steps?.map(({ abovePromptTokens, rates }) => ({
      abovePromptTokens,
      rates: scaled(configured, {
        prompt: ratio(rates.input, known.input),
        answer: ratio(rates.output, known.output),
      }),
    }));
  return {
    ...complete(configured),
    ...(steps && { steps: steps.map((step) => ({ ...step, rates: complete(step.rates) })) }),
  };
}

function ratio(raised: number, ordinary: number): number {
  return ordinary === 0 ? 1 : raised / ordinary;
}

const ofPrompt = ['input', 'cacheRead', 'cacheWrite', 'cacheWriteLong', 'inputAudio'] as const;
const ofAnswer = ['output', 'reasoning', 'outputAudio'] as const;

function scaled(
  { call, ...rates }: Price,
  { prompt, answer }: { readonly prompt: number; readonly answer: number },
): Rates {
  const times = (names: readonly (typeof ofPrompt | typeof ofAnswer)[number][], factor: number) =>
    names.flatMap((name) => {
      const rate = rates[name];
      return rate === undefined ? [] : [[name, Math.round(rate * factor)] as const];
    });
  return {
    input: Math.round(rates.input * prompt),
    output: Math.round(rates.output * answer),
    ...Object.fromEntries([...times(ofPrompt, prompt), ...times(ofAnswer, answer)]),
    ...(call !== undefined && { call }),
  };
}
