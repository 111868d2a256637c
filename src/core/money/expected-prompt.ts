import type { Candidate } from '../deployment.ts';
import type { RequestFeatures } from '../routing/request/request-features.ts';
import type { Tokens } from '../units.ts';
import { shortensItself } from './shortened-prompt.ts';

/** How many tokens of a call a candidate is expected to read. */
export type ReadTokens = (candidate: Candidate) => Tokens;

/**
 * Returns the tokens that a candidate is expected to read of a prompt: no more than its window holds if its provider
 * shortens it. The texts of a batch of embeddings have the window to themselves, each of them, and are never shortened.
 */
export function expectedPrompt(
  { model, deployment }: Candidate,
  { request, size }: Pick<RequestFeatures, 'request' | 'size'>,
): Tokens {
  const { expected } = size.prompt;
  return shortensItself(deployment, request.shortening)
    ? Math.min(expected, model.contextWindow ?? expected)
    : expected;
}
