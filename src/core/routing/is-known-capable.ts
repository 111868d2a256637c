import type { Capability, Model } from '../model.ts';

/** What many a server of a model without it leaves out without a word, so that the model invents what it was to look at. */
export const silentlyIgnored = ['vision', 'documents', 'audio'] as const satisfies Capability[];

/** Whether a model is known to have all that is needed and may be missed in silence. */
export function isKnownCapable({ capabilities }: Model, needs: readonly Capability[]): boolean {
  for (const need of silentlyIgnored) if (needs.includes(need) && capabilities[need] !== true) return false;
  return true;
}
