import type { AskedReasoning } from '../asked.ts';

/** What OpenAI's words for effort ask for. */
export const efforts: Readonly<Record<string, AskedReasoning>> = {
  none: 'off',
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
};
