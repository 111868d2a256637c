import type { Candidate } from '../deployment.ts';

/**
 * Whose bill an answer is on: the caller's own account, no one's (a local model), or ours, at a known or unknown price.
 */
export type Bill = 'caller' | 'nobody' | 'known' | 'unknown';

/** Returns who pays for a candidate's answers, and whether their price is known. */
export function billOf({ model, deployment }: Candidate): Bill {
  if (deployment.payer === 'caller') return 'caller';
  if (model.price) return 'known';
  return model.local ? 'nobody' : 'unknown';
}
