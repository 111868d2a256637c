import type { ToolContext } from '../offer/tool.ts';
import type { Tally, Vote } from './tally-votes.ts';

/** A vote and the call that it came from. */
export type CalledVote = Vote & { readonly requestId: string };

/**
 * Records for each voter whether it agreed with the majority, as a sign that its answer was right. The router learns
 * from this; if it cannot be stored, progress reports it and the vote stands.
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
      `the agreement of the panel was not stored for the router: ${error instanceof Error ? error.message : error}`,
    );
  }
}
