/** How often a wrong answer conforms to its schema; a right one always does. */
const keptThoughWrong = 0.8;

/** How much a repeated question shifts the chance that the answer was right. */
const askedAgainShift = 0.3;

/**
 * Returns how right an answer probably was, by a signal about it and by what was expected (`base`). Feedback of a
 * person counts as it is. Automatic signals are no verdicts: an answer that conforms to its schema may still be wrong
 * (Bayes). For each answer whose question is asked again, another is drawn at random from all (a case and its control),
 * and the two are shifted equally in opposite directions, so that a model does not sink merely because it is used a
 * lot.
 */
export function believedScore(kind: string, score: number, base: number): number {
  switch (kind) {
    case 'schema':
      return score * (base / (base + (1 - base) * keptThoughWrong));
    case 'asked-again':
      return base - askedAgainShift;
    case 'drawn':
      return base + askedAgainShift;
    default:
      return score;
  }
}
