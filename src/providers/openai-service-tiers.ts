import type { RateFactor } from '../core/money/billing-terms.ts';

const tier = (name: string, percent: number, models: RegExp): RateFactor => ({
  term: `service_tier=${name}`,
  models,
  percent,
});

/** Fast mode, by both of its names: it was called priority processing until July 2026. */
const fast = (percent: number, models: RegExp): RateFactor[] => [
  tier('priority', percent, models),
  tier('fast', percent, models),
];

/** OpenAI's published prices of its service tiers. */
export const openaiServiceTiers: readonly RateFactor[] = [
  // "Priced at Batch API rates", half: https://developers.openai.com/api/docs/guides/flex-processing
  tier('flex', 50, /^(?:gpt-5|o3|o4-mini)/),
  // https://openai.com/api-fast-mode/
  ...fast(200, /^gpt-5\.6-(?:sol|terra|luna)(?:-\d{4}-.*)?$/),
  ...fast(250, /^gpt-5\.5(?:-\d{4}-.*)?$/),
  ...fast(200, /^gpt-5(?:\.[124])?(?:-\d{4}-.*)?$/),
  ...fast(200, /^gpt-5\.4-mini(?:-\d{4}-.*)?$/),
  ...fast(200, /^gpt-5(?:\.1)?-codex(?:-\d{4}-.*)?$/),
  ...fast(180, /^gpt-5-mini(?:-\d{4}-.*)?$/),
  ...fast(175, /^gpt-4\.1(?:-mini)?(?:-\d{4}-.*)?$/),
  ...fast(200, /^gpt-4\.1-nano(?:-\d{4}-.*)?$/),
  ...fast(170, /^gpt-4o(?:-2024-11-20|-2024-08-06)?$/),
  ...fast(175, /^gpt-4o-2024-05-13$/),
];
