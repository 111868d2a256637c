import type { Model } from '../../core/model.ts';
import type { Route } from '../route.ts';

/**
 * Whether Conclave chose this model, for an open choice, behind an alias or as a fallback. Who named it means it, and
 * hears itself what it refuses.
 */
export function isChosen({ call, features, asked }: Route, { id }: Model): boolean {
  if (features.considered !== undefined) return true;
  return call.models === undefined && id !== asked;
}
