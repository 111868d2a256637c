import type { Model } from '../../core/model.ts';
import type { TokenBounds } from '../../core/routing/request-features.ts';
import type { Tokens } from '../../core/units.ts';

/** Returns the tokens that a model is expected to read of a prompt: never more than its window holds, since a longer prompt is shortened. */
export function expectedPrompt({ contextWindow = Infinity }: Model, { expected }: TokenBounds): Tokens {
  return Math.min(expected, contextWindow);
}
