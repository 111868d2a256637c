import type { ConclaveError } from '../../../core/errors.ts';
import type { AttemptRow } from '../../../core/stores/ledger.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { answerThoughts, type AnswerThoughts } from '../../memory/thoughts/answer-thoughts.ts';
import type { FurtherModel } from '../../money/further-models.ts';
import { callerHider } from '../failure/hide-from-caller.ts';
import { answerTally, type ForClient } from './answer-tally.ts';
import { billAttempt, bookedOtherwise, type AttemptBill, type BilledAttempt } from './bill-attempt.ts';

/** Observes the answer of an attempt. */
export type AttemptMeter = {
  see(parts: readonly StreamPart[]): void;
  /** The answer's id at its provider. */
  replyId(): string | undefined;
  /** Ids of parts of the answer that the provider stores. */
  pieces(): readonly string[];
  /** The model that gave the answer: another one if the provider was allowed to choose. */
  answeredBy(): FurtherModel;
  /** Reasoning and tool calls that the next turn may bring back. */
  readonly thoughts: Pick<AnswerThoughts, 'proofs' | 'callingTurn'>;
  /**
   * What the caller should know and the answer does not contain: the provider's warnings, what of the answer the client's
   * dialect cannot express, and parts of the usage that are booked at the ordinary rates although they have a price of
   * their own.
   */
  warnings(): readonly string[];
  /** What the attempt has used and costs if it ends like this. */
  bill(end: AttemptEnd): AttemptBill;
};

/** How an attempt has ended. */
export type AttemptEnd = {
  readonly outcome: AttemptRow['outcome'];
  readonly error?: ConclaveError | undefined;
  /** Nothing of its request was sent. Default: `false`. */
  readonly isUnsent?: boolean;
};

export function attemptMeter(
  attempt: BilledAttempt,
  { mayNameOthers, client }: { readonly mayNameOthers: boolean } & ForClient,
): AttemptMeter {
  const tally = answerTally(attempt.candidate.model, { modelOf: attempt.modelOf, mayNameOthers, client });
  const thoughts = answerThoughts();
  return {
    see(parts) {
      for (const part of parts) {
        tally.see(part);
        // Most parts are text, which contains no reasoning.
        if (part.type !== 'text-delta') thoughts.see(part);
      }
    },
    replyId: () => tally.replyId,
    pieces: () => tally.pieces,
    answeredBy: () => tally.answering,
    thoughts,
    warnings() {
      const warnings = [...tally.remarks, ...bookedOtherwise(attempt, tally)];
      return warnings.length === 0 ? warnings : warnings.map(callerHider(attempt.candidate.deployment));
    },
    bill: (end) => billAttempt(attempt, tally, mayHaveCost(end)),
  };
}

function mayHaveCost({ outcome, error, isUnsent = false }: AttemptEnd): boolean {
  if (isUnsent) return false;
  return outcome !== 'failed' || error?.hint === 'gave-up';
}
