import { roughCost } from '../../core/money/price.ts';
import type { NanoUsd } from '../../core/units.ts';
import { completionTokens, promptTokens } from '../../core/money/usage.ts';
import type { PanelResult } from './run-panel.ts';
import type { ToolContext } from '../offer/tool.ts';

/**
 * Estimates what stopping early saved: each cancelled member at its own price with the average tokens of the finished
 * ones, less what it had already cost. `undefined` if a price is unknown.
 */
export function panelSaving(
  { catalogue, now }: Pick<ToolContext, 'catalogue' | 'now'>,
  results: readonly PanelResult<{ readonly model: string }, unknown>[],
): NanoUsd | undefined {
  const done = results.filter(({ state }) => state === 'done');
  const usages = done.flatMap(({ receipts }) => receipts.map(({ usage }) => usage));
  const average = (tokens: (usage: (typeof usages)[number]) => number) =>
    usages.reduce((sum, usage) => sum + tokens(usage), 0) / Math.max(1, done.length);
  const [prompt, completion] = [average(promptTokens), average(completionTokens)];
  let saved = 0n;
  for (const { state, member, receipts } of results) {
    if (state !== 'cancelled') continue;
    const price = catalogue.get(member.model)?.price;
    if (price === undefined) return undefined;
    const whole = BigInt(Math.round(roughCost(price, prompt, completion, now())));
    const spent = receipts.reduce((sum, { cost = 0n }) => sum + cost, 0n);
    if (whole > spent) saved += whole - spent;
  }
  return saved;
}
