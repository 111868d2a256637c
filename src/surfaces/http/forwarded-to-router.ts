import type { JsonObject } from '../../core/json/json.ts';
import type { ProviderNames } from '../../core/routing/preferences/provider-preferences.ts';
import { providerId } from './provider-id.ts';

/**
 * Returns the `provider` object for a provider that is itself a router, without names that it cannot know. A list with
 * no other names is left out, because a router would find no provider for it; likewise an object with no other members.
 * An order without fallbacks that names neither a router nor a provider that it may know leaves nothing for a router.
 */
export function forwardedToRouter(found: JsonObject, names: ProviderNames): JsonObject | undefined {
  const isIn = (ids: ReadonlySet<string>, name: unknown) =>
    typeof name === 'string' && ids.has(providerId(name, names) ?? name);
  const isOnlyHere = (name: unknown) => isIn(names.onlyHere, name);
  const { order, allow_fallbacks: allowsFallbacks } = found;
  if (allowsFallbacks === false && Array.isArray(order) && order.length > 0) {
    if (order.every((name) => isOnlyHere(name) && !isIn(names.routers, name))) return undefined;
  }
  const members = Object.entries(found).flatMap(([member, value]) => {
    if (!lists.has(member) || !Array.isArray(value)) return [[member, value] as const];
    const kept = value.filter((name) => !isOnlyHere(name));
    return kept.length === 0 && value.length > 0 ? [] : [[member, kept] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/** Members that list providers. */
const lists: ReadonlySet<string> = new Set(['order', 'only', 'ignore']);
