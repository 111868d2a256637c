import type { Model } from '../../core/model.ts';
import type { PaidModel } from '../../core/stores/ledger.ts';

/** Returns what reports list a model's money under. */
export function paidModel({ id, provider, tier }: Pick<Model, 'id' | 'provider' | 'tier'>): PaidModel {
  return { model: id, provider, ...(tier && { tier }) };
}
