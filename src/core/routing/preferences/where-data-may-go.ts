import type { JsonValue } from '../../json/json.ts';
import { idSpelling } from '../../names/id-spelling.ts';
import { closedOrder, retentionMembers, type ProviderPreferences } from './provider-preferences.ts';

/**
 * Returns the part of a call's preferences that says which providers may see its data: whatever else Conclave asks about
 * that data keeps to it. The rest (another order, prices) concerns the answer alone. `undefined` if the call leaves it open.
 */
export function whereDataMayGo(
  preferences: ProviderPreferences | undefined,
): ProviderPreferences | undefined {
  if (!preferences) return undefined;
  const { only, ignore, localOnly, noRetention, forwarded: whole = {} } = preferences;
  const order = closedOrder(preferences);
  const among = only && order ? order.filter((id) => only.includes(id)) : (only ?? order);
  const members =
    order && Array.isArray(whole.order)
      ? { ...whole, only: providersInBoth(whole.order, whole.only) }
      : whole;
  const forwarded = Object.fromEntries(Object.entries(members).filter(([member]) => dataMembers.has(member)));
  const kept = {
    ...(among && { only: among }),
    ...(ignore && { ignore }),
    ...(localOnly && { localOnly }),
    ...(noRetention && { noRetention }),
    ...(Object.keys(forwarded).length > 0 && { forwarded }),
  };
  return Object.keys(kept).length > 0 ? kept : undefined;
}

/**
 * Returns the providers, as a router names them, that both lists name; those of the first if there is no second. To a
 * router `deepinfra` is every endpoint of that provider, and `deepinfra/turbo` one of them.
 * https://openrouter.ai/docs/features/provider-routing
 */
export function providersInBoth(first: readonly JsonValue[], second: JsonValue | undefined): JsonValue[] {
  if (!Array.isArray(second)) return [...first];
  return first.flatMap((one) => {
    if (second.some((other) => isEndpointOf(one, other))) return [one];
    return second.filter((other) => isEndpointOf(other, one));
  });
}

function isEndpointOf(one: JsonValue, other: JsonValue): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return false;
  const [endpoint, provider] = [idSpelling(one), idSpelling(other)];
  return endpoint === provider || endpoint.startsWith(`${provider}/`);
}

/** Members of OpenRouter's `provider` that say who may see or keep the data. */
const dataMembers: ReadonlySet<string> = new Set(['only', 'ignore', ...retentionMembers]);
