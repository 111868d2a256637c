/** A group of findings with the number of models that have reported it so far. */
export type Support = { readonly reporters: number };

/**
 * True if the missing answers cannot change which findings reach the threshold: each group has already reached it or no
 * longer can, and the missing models are too few for a new group to reach it.
 */
export function findingsAreSettled(groups: readonly Support[], missing: number, threshold: number): boolean {
  if (missing === 0) return true;
  if (missing >= threshold) return false;
  return groups.every(({ reporters }) => reporters >= threshold || reporters + missing < threshold);
}

/** The votes so far, and how many were asked for. */
export type CountedVotes = {
  readonly counts: readonly { readonly voters: readonly string[] }[];
  readonly asked: number;
};

/**
 * True if no missing vote can change the winner or its majority: the leader stays ahead even if all go to the
 * runner-up, and has a majority already or cannot reach one.
 */
export function voteIsSettled({ counts, asked }: CountedVotes, missing: number): boolean {
  if (missing === 0) return true;
  const [first = 0, second = 0] = counts.map(({ voters }) => voters.length).toSorted((a, b) => b - a);
  return first > second + missing && (first * 2 > asked || (first + missing) * 2 <= asked);
}
