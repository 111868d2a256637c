import type { Candidate } from '../provider.ts';

/**
 * Who is billed for an answer: the caller's own account, nobody (a local model), or us, at a known or unknown price.
 */
export type Bill = 'caller' | 'nobody' | 'known' | 'unknown';

/** Returns who pays for a candidate's answers, and whether their price is known. */
export function billOf({ model, deployment }: Candidate): Bill {
  if (deployment.payer === 'caller') return 'caller';
  if (model.price) return 'known';
  return model.local ? 'nobody' : 'unknown';
}
