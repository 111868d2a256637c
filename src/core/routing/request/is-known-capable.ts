import type { Capability, Model } from '../../model.ts';

/**
 * Inputs that many servers silently drop if the model lacks the capability, so that the model invents what it was to
 * look at.
 */
export const silentlyIgnored = ['vision', 'documents', 'audio'] as const satisfies Capability[];

/** Returns whether a model is known to support all needed inputs that servers may silently drop. */
export function isKnownCapable({ capabilities }: Model, needs: readonly Capability[]): boolean {
  for (const need of silentlyIgnored) if (needs.includes(need) && capabilities[need] !== true) return false;
  return true;
}
