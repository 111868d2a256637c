import type { JsonObject, JsonValue } from '../core/json/json.ts';
import type { Quirks } from '../core/provider.ts';
import { wholeFromDecimal } from '../core/units.ts';
import { objectOf } from './loose-fields.ts';

/** What a seller's usage says that it charged, as a usage part has it; empty where it says nothing, or nothing credible. */
export function chargedCost(
  usage: JsonObject,
  { tellsCost }: Pick<Quirks, 'tellsCost'>,
): { readonly chargedNanoUsd?: number } {
  if (tellsCost === undefined) return {};
  const amount = amounts[tellsCost](usage);
  // What no JSON integer holds is some nine million dollars, which no answer costs.
  return amount === undefined || amount > Number.MAX_SAFE_INTEGER ? {} : { chargedNanoUsd: Number(amount) };
}

const amounts: Readonly<Record<NonNullable<Quirks['tellsCost']>, (usage: JsonObject) => bigint | undefined>> =
  {
    cost: openRouterCost,
    // https://docs.perplexity.ai/api-reference/chat-completions-post
    'cost.total_cost': ({ cost }) => nanoUsd(objectOf(cost).total_cost),
    // Ten thousand million ticks a dollar: https://docs.x.ai/developers/cost-tracking
    cost_in_usd_ticks: ({ cost_in_usd_ticks: ticks }) => scaled(ticks, -1),
  };

/**
 * What it charged itself, and with a key of one's own at the model's maker also what that one charged: the fee is then
 * less. Who charged names itself as `upstream_inference_cost` in any case, so that only `is_byok`, or a smaller fee, tells
 * that it is owed beside. https://openrouter.ai/docs/guides/administration/usage-accounting
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

/** By the shortest text that is this very double, which is what the seller wrote. */
function scaled(value: JsonValue | undefined, power: number): bigint | undefined {
  return typeof value === 'number' ? wholeFromDecimal(String(value), power) : undefined;
}
