import type { ChoosableCall } from '../../core/routing/request/choosable-call.ts';
import { isVirtualName } from '../../core/routing/preferences/virtual-model.ts';
import type { CallRow } from '../../core/stores/ledger.ts';
import { defined } from '../../core/json/defined.ts';
import {
  closedOrder,
  type ProviderPreferences,
} from '../../core/routing/preferences/provider-preferences.ts';
import type { RequestFeatures } from '../../core/routing/request/request-features.ts';

/** Whether a row was written by a version that did not record what the call itself asked for. */
export function isOfOldVersion(row: CallRow): boolean {
  return isOpen(row) && row.decision?.wishes === undefined;
}

/** Whether the choice was left to the router; a pinned call counts as named. */
export function isOpen(row: Pick<CallRow, 'requestedModel' | 'decision'>): boolean {
  return !wasPinned(row) && isVirtualName(row.requestedModel);
}

export function wasPinned({ decision }: Pick<CallRow, 'decision'>): boolean {
  return decision?.policy === 'pinned';
}

/** What a recorded call asked for, today's pins included; `model` replaces the name that it requested. */
export function choosableCall(
  row: CallRow,
  { asked, preferences }: RequestFeatures,
  model: string,
): ChoosableCall {
  const { models } = row.decision?.wishes ?? {};
  const { pin } = preferences ?? {};
  const providerPreferences = providerPreferencesOf(row);
  return {
    request: { model },
    ...(row.clientDialect && { raw: { dialect: row.clientDialect } }),
    principal: pin === undefined ? {} : { routing: { pin } },
    limits: asked.tier ? { tier: asked.tier } : {},
    ...(asked.policy !== undefined && { policy: asked.policy }),
    ...(models && { models }),
    ...(providerPreferences && { providerPreferences }),
  };
}

/**
 * Which providers a recorded call wanted; `undefined` if it did not say. A provider that answered though the call's lists
 * do not name it is a router, which was told them.
 */
export function providerPreferencesOf({
  decision,
  provider,
}: Pick<CallRow, 'decision' | 'provider'>): ProviderPreferences | undefined {
  const { order, sort, only, ignore, maxPrice, allowFallbacks, noRetention } = decision?.wishes ?? {};
  const preferences = defined({ order, sort, only, ignore, maxPrice, allowFallbacks, noRetention });
  if (Object.keys(preferences).length === 0) return undefined;
  const omits = (list: readonly string[] | undefined) =>
    list !== undefined && provider !== undefined && !list.includes(provider);
  const isRouter = omits(only) || omits(closedOrder(preferences));
  if (!isRouter) return preferences;
  return { ...preferences, forwarded: defined({ order: order && [...order], only: only && [...only] }) };
}
