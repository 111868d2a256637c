import type { ReasoningWish } from '../asked.ts';

/** What OpenAI's words for effort ask for. */
export const efforts: Readonly<Record<string, ReasoningWish>> = {
  none: 'off',
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
};
