import type { AskedReasoning } from '../asked.ts';

/** Maps OpenAI's effort values to reasoning levels. */
export const efforts: Readonly<Record<string, AskedReasoning>> = {
  none: 'off',
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
};
