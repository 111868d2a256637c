/** A right answer keeps to its schema; so often does a wrong one as well. */
const keptThoughWrong = 0.8;

/** How far being asked again moves the chance that an answer was right. */
const askedAgainShift = 0.3;

/**
 * How right an answer probably was, by a sign of it and by what was expected (`base`). A person's word is what it says. Signs of
 * our own are no verdicts. An answer that keeps to its schema may be wrong all the same (Bayes). For each that is asked again
 * another is drawn from all (a case and its control), and the two are moved by as much in opposite directions: a model that is
 * merely used a lot stays where it is.
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
