/** A prompt of a set: the share of models that failed at it, and the difficulty that a router predicts. */
export type RatedPrompt = { readonly set: string; readonly difficulty: number; readonly said: number };

/** Two prompts whose shares differ by less than this are equally hard. */
const leastGap = 0.2;

/**
 * Returns the share of pairs of prompts, 0 to 1, for which the prompt that more models fail at is predicted to be harder;
 * `undefined` if no two prompts of a set differ. Pairs of different sets do not count: recognising the set would be enough.
 */
export function pairsInOrder(rows: readonly RatedPrompt[]): number | undefined {
  let pairs = 0;
  let right = 0;
  for (const ofSet of Map.groupBy(rows, ({ set }) => set).values()) {
    for (const [at, a] of ofSet.entries()) {
      for (let before = 0; before < at; before++) {
        const b = ofSet[before] ?? a;
        const gap = a.difficulty - b.difficulty;
        if (Math.abs(gap) < leastGap) continue;
        pairs++;
        right += Number(a.said > b.said === gap > 0);
      }
    }
  }
  return pairs === 0 ? undefined : right / pairs;
}
