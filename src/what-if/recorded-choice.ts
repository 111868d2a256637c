import type { ChoosableCall } from '../core/routing/choosable-call.ts';
import { isVirtualName } from '../core/routing/virtual-model.ts';
import type { CallRow } from '../core/stores/ledger.ts';
import type { RequestFeatures } from '../core/routing/request-features.ts';

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
  const { models, order, sort } = row.decision?.wishes ?? {};
  const { pin } = preferences ?? {};
  return {
    request: { model },
    ...(row.clientDialect && { raw: { dialect: row.clientDialect } }),
    principal: pin === undefined ? {} : { routing: { pin } },
    limits: asked.tier ? { tier: asked.tier } : {},
    ...(asked.policy !== undefined && { policy: asked.policy }),
    ...(models && { models }),
    ...((order ?? sort) && { providerWishes: { ...(order && { order }), ...(sort && { sort }) } }),
  };
}
