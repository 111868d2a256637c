import type { Candidate } from '../provider.ts';

/**
 * Returns whether a candidate's answer is made on the user's own machines. A deployment of a local model may stand
 * elsewhere: at another provider or at a public address.
 */
export function staysLocal({ model, deployment }: Candidate): boolean {
  return model.local && deployment.provider.local;
}
