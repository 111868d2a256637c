import type { Candidate } from '../../core/provider.ts';
import type { RequestFeatures } from '../../core/routing/request-features.ts';
import type { Tokens } from '../../core/units.ts';
import { shortensItself } from './shortened-prompt.ts';

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
