import type { RateFactor } from '../core/money/billing-terms.ts';
import type { StandingTerm } from '../core/money/standing-terms.ts';

// https://developers.openai.com/api/docs/guides/data-residency

const term = 'data_residency';

/** OpenAI's regional addresses, such as `eu.api.openai.com`. */
export const openaiResidency: StandingTerm = {
  term,
  addresses: /^https?:\/\/[a-z]+\.api\.openai\.com(?:[:/]|$)/,
};

/** Models released on or after March 5, 2026 (the day of GPT-5.4) cost 10 % more there, older ones do not. */
export const openaiResidencyFactors: readonly RateFactor[] = [
  { term, percent: 110, models: /^gpt-(?:5\.[4-9]|[6-9]|chat-latest)/ },
  {
    term,
    percent: 100,
    models:
      /^(?:(?:ft:)?(?:gpt-(?:3|4|5(?:\.[0-3])?(?:-|$))|o[134](?:-|$))|chatgpt-|codex-mini|computer-use-|gpt-audio(?:-mini)?(?:-20|$)|text-embedding-)/,
  },
];
