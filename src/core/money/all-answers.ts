import type { CallSize } from '../routing/request/request-features.ts';
import type { Tokens } from '../units.ts';

/** The tokens of all requested answers. No answer is longer than its model's maximum output. */
export function allAnswers(
  { answer }: { readonly answer: Tokens },
  { answers }: Pick<CallSize, 'answers'>,
  longest: Tokens = answer,
): Tokens {
  return answers * Math.min(answer, longest);
}
