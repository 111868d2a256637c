import type { Candidate } from '../provider.ts';

/** Whose bill an answer is: the caller's own account's, nobody's (a machine of one's own), or ours, at a price that is known or not. */
export type Bill = 'caller' | 'nobody' | 'known' | 'unknown';

/** Who pays for what a candidate answers, and whether its price is known. */
export function billOf({ model, deployment }: Candidate): Bill {
  if (deployment.payer === 'caller') return 'caller';
  if (model.price) return 'known';
  return model.local ? 'nobody' : 'unknown';
}
