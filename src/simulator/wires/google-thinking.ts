import type { JsonObject } from '../../core/json/json.ts';
import { refuse } from '../problem.ts';
import { member, numberOf, textOf } from '../read-json.ts';

/** The thinking budgets that models before Gemini 3 accept besides 0 and -1. */
const ranges: readonly (readonly [models: RegExp, least: number, most: number])[] = [
  [/2\.5-pro/, 128, 32_768],
  [/2\.5-flash-lite/, 512, 24_576],
  [/2\.5-flash/, 1, 24_576],
];

/**
 * Refuses a thinking level or budget that a Gemini does not accept:
 * https://ai.google.dev/gemini-api/docs/generate-content/thinking, with the errors of
 * https://github.com/can1357/oh-my-pi/issues/10543 and https://github.com/RooCodeInc/Roo-Code/issues/4399.
 * @throws Refused
 */
export function checkThinking(model: string, config: JsonObject): void {
  const level = textOf(member(config, 'thinkingLevel')).toUpperCase();
  const budget = numberOf(member(config, 'thinkingBudget'));
  if (level !== '' && budget !== undefined)
    refuse('You can only set only one of thinking budget and thinking level.');
  if (level === 'MINIMAL' && /pro|3\.[78]-flash(?!-lite)/.test(model))
    refuse('Thinking level is unsupported: THINKING_LEVEL_MINIMAL');
  const [, least, most] = ranges.find(([models]) => models.test(model)) ?? [];
  if (budget === undefined || least === undefined || most === undefined || budget === -1) return;
  if (budget === 0 && !model.includes('pro')) return;
  if (budget < least || budget > most) refuse(`The thinking budget (${budget}) is invalid.`);
}
