import type { Dissent } from './dissent.ts';

/** A vote for one of the options; without an option it is an abstention. */
export type Vote = { readonly voter: string; readonly option?: string };

export type Tally = {
  /** Most votes first; ties stay in the given order. */
  readonly counts: readonly { readonly option: string; readonly voters: readonly string[] }[];
  readonly abstained: readonly string[];
  /** Absent in a tie or without votes. */
  readonly winner?: string;
  readonly tied: readonly string[];
  /** How many models were asked for a vote. */
  readonly asked: number;
  /** Whether the winner has more than half of the votes asked for: a model that fails or abstains supports no option. */
  readonly majority: boolean;
};

export function tallyVotes(
  options: readonly string[],
  votes: readonly Vote[],
  { asked }: { readonly asked: number },
): Tally {
  const counts = options
    .map((option) => ({
      option,
      voters: votes.filter((vote) => vote.option === option).map(({ voter }) => voter),
    }))
    .toSorted((a, b) => b.voters.length - a.voters.length);
  const most = counts[0]?.voters.length ?? 0;
  const leaders =
    most === 0 ? [] : counts.filter(({ voters }) => voters.length === most).map(({ option }) => option);
  const [winner] = leaders;
  return {
    counts,
    abstained: votes.filter((vote) => vote.option === undefined).map(({ voter }) => voter),
    ...(leaders.length === 1 && winner !== undefined ? { winner } : {}),
    tied: leaders.length > 1 ? leaders : [],
    asked,
    majority: leaders.length === 1 && most * 2 > asked,
  };
}

/** The voters for an option other than the winner; in a tie, every voter. */
export function dissentInVote({ counts, winner, tied }: Tally): Dissent[] {
  const leaders = winner === undefined ? tied : [winner];
  return counts.flatMap(({ option, voters }) => {
    const others = leaders.filter((leader) => leader !== option);
    if (others.length === 0) return [];
    return voters.map((model) => ({ model, claim: option, against: others.join(' / ') }));
  });
}
