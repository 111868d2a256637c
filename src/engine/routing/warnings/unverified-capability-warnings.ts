import { silentlyIgnored } from '../../../core/routing/request/is-known-capable.ts';
import type { Model } from '../../../core/model.ts';
import type { RequestTraits } from '../../../core/routing/request/request-features.ts';

/** Warns about inputs that the chosen model is not known to support. */
export function unverifiedCapabilityWarnings({ needs }: RequestTraits, model: Model | undefined): string[] {
  const unknown = silentlyIgnored.filter(
    (need) => needs.includes(need) && model?.capabilities[need] !== true,
  );
  if (!model || unknown.length === 0) return [];
  return [
    `${model.id} is not known to support ${unknown.join(' and ')}; if it does not, it may ignore the attachment`,
  ];
}
