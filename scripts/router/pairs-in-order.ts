/** A prompt of a set: the share of models that failed at it, and what a router says of it. */
export type RatedPrompt = { readonly set: string; readonly difficulty: number; readonly said: number };

/** Two prompts whose shares lie nearer than this are as hard as each other. */
const leastGap = 0.2;

/**
 * How often, of two prompts of one set, the one that more models fail at is said to be the harder: over all such pairs, 0
 * to 1, or `undefined` where no two of a set differ. Pairs across sets do not count: there the set alone would tell.
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
