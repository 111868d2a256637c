import type { ToolContext } from '../offer/tool.ts';
import type { Tally, Vote } from './tally-votes.ts';

/** A vote with the call that brought it. */
export type CalledVote = Vote & { readonly requestId: string };

/**
 * What a majority says of its members: who voted with it was probably right. The router learns from it; that it could
 * not be kept is said and spoils no vote.
 */
export async function noteAgreement(
  { ledger, now, progress }: Pick<ToolContext, 'ledger' | 'now' | 'progress'>,
  { winner, majority }: Tally,
  votes: readonly CalledVote[],
): Promise<void> {
  if (winner === undefined || !majority || votes.length < 2) return;
  const cast = votes.filter(({ option }) => option !== undefined);
  try {
    for (const { requestId, option } of cast) {
      const score = option === winner ? 1 : 0;
      await ledger.addOutcome({ callId: requestId, at: now(), kind: 'consensus', score, source: 'conclave' });
    }
  } catch (error) {
    progress(
      `what the panel agreed on was not kept for the router: ${error instanceof Error ? error.message : error}`,
    );
  }
}
