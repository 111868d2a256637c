import type { OutcomeKind } from '../../core/routing/quality/outcome-kinds.ts';

/**
 * How much a repeated question shifts the log-odds that the answer was right: as from .8 to .5. For each of them another
 * answer is drawn at random from all (a case and its control) and shifted equally in the opposite direction, so that a
 * model does not sink merely because it is used a lot.
 */
const askedAgain = Math.log(4);

/** How often a wrong answer conforms to its schema; a right one always does. */
const keptThoughWrong = 0.8;

/**
 * Returns by how much a signal shifts the log-odds that an answer was right, if it is no verdict (Bayes): a question
 * that was asked again, its control, and an answer that conforms to its schema, which may still be wrong. `undefined`
 * for verdicts: feedback of a person, an answer that violates its schema, or one that was compared with another.
 */
export function signOf(kind: OutcomeKind | undefined, score: number): number | undefined {
  if (kind === 'asked-again') return -askedAgain;
  if (kind === 'drawn') return askedAgain;
  if (kind === 'schema' && score === 1) return -Math.log(keptThoughWrong);
  return undefined;
}
