import type { Usd } from '../../core/units.ts';
import type { ToolContext, ToolExpected } from '../offer/tool.ts';
import { firstFitting } from './fitting-seats.ts';

/** Whether models can serve all these calls within their limits. */
export async function areServed(
  { canServe }: Pick<ToolContext, 'canServe'>,
  calls: readonly ToolExpected[],
): Promise<boolean> {
  for (const call of calls) if (!(await canServe(call))) return false;
  return true;
}

/**
 * Returns the first model, or under a ceiling the first that can serve its calls. If none can, returns the last, whose
 * call fails with the reason: another might have an unknown price.
 */
export async function modelWithinCeiling(
  context: Pick<ToolContext, 'canServe'>,
  models: readonly string[],
  {
    maxCostUsd,
    callsOf,
  }: {
    readonly maxCostUsd: Usd | undefined;
    readonly callsOf: (model: string) => readonly ToolExpected[];
  },
): Promise<string | undefined> {
  if (maxCostUsd === undefined || models.length < 2) return models[0];
  return (await firstServed(context, models, callsOf)) ?? models.at(-1);
}

/**
 * Returns the first that can serve its calls. If answers of other calls at their longest leave room for none, they are
 * left out of account: most are shorter.
 */
export async function firstServed<Item>(
  context: Pick<ToolContext, 'canServe'>,
  items: readonly Item[],
  callsOf: (item: Item) => readonly ToolExpected[],
): Promise<Item | undefined> {
  const atOnce = (item: Item) => callsOf(item).map(({ question }) => ({ question }));
  return (
    (await firstFitting(items, (item) => areServed(context, callsOf(item)))) ??
    (await firstFitting(items, (item) => areServed(context, atOnce(item))))
  );
}
