import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import { wholeFromDecimal } from '../../core/units.ts';
import { objectOf } from '../fields/loose-fields.ts';

/**
 * Returns the cost that a provider's usage reports, in the shape of a usage part; empty if it reports none, or no
 * credible one.
 */
export function chargedCost(
  usage: JsonObject,
  { tellsCost }: Pick<Quirks, 'tellsCost'>,
): { readonly chargedNanoUsd?: number } {
  if (tellsCost === undefined) return {};
  const amount = amounts[tellsCost](usage);
  // Above the largest safe integer, which is about nine million dollars: no answer costs that.
  return amount === undefined || amount > Number.MAX_SAFE_INTEGER ? {} : { chargedNanoUsd: Number(amount) };
}

const amounts: Readonly<Record<NonNullable<Quirks['tellsCost']>, (usage: JsonObject) => bigint | undefined>> =
  {
    cost: openRouterCost,
    // https://docs.perplexity.ai/api-reference/chat-completions-post
    'cost.total_cost': ({ cost }) => nanoUsd(objectOf(cost).total_cost),
    // Ten billion ticks per dollar: https://docs.x.ai/developers/cost-tracking
    cost_in_usd_ticks: ({ cost_in_usd_ticks: ticks }) => scaled(ticks, -1),
  };

/**
 * Returns what OpenRouter charged and, if the caller uses their own key at the model's maker (BYOK), also what the
 * maker charged; OpenRouter's fee is smaller in that case. `upstream_inference_cost` is always present, so it is owed
 * on top only if `is_byok` is set or if OpenRouter's own cost is smaller.
 * https://openrouter.ai/docs/guides/administration/usage-accounting
 */
function openRouterCost({ cost, cost_details: details, is_byok: byok }: JsonObject): bigint | undefined {
  const own = nanoUsd(cost);
  const upstream = nanoUsd(objectOf(details).upstream_inference_cost);
  if (own === undefined || byok === false) return own;
  if (upstream === undefined) return byok === true ? undefined : own;
  return byok === true || upstream > own ? own + upstream : own;
}

function nanoUsd(value: JsonValue | undefined): bigint | undefined {
  return scaled(value, 9);
}

/** Scales by way of the shortest decimal text of this double, which is what the provider wrote. */
function scaled(value: JsonValue | undefined, power: number): bigint | undefined {
  return typeof value === 'number' ? wholeFromDecimal(String(value), power) : undefined;
}
