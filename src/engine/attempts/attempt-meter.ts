import type { DialectId } from '../../core/wire/content.ts';
import type { ConclaveError } from '../../core/errors.ts';
import { paidModel } from '../row/paid-model.ts';
import type { AttemptRow } from '../../core/stores/ledger.ts';
import type { Candidate } from '../../core/provider.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { Ms } from '../../core/units.ts';
import { answerThoughts, type AnswerThoughts } from '../memory/answer-thoughts.ts';
import { keptAnswer, keptThoughts } from '../memory/origins.ts';
import { billAttempt, bookedOtherwise, type AskedCandidate } from './bill-attempt.ts';
import type { FurtherModel } from '../money/further-models.ts';
import { answerTally } from './answer-tally.ts';

/** Observes an answer that has begun, and turns its attempt into a ledger entry. */
export type AnswerMeter = {
  readonly dialect: DialectId;
  readonly startedAt: Ms;
  readonly firstByteMs: Ms | undefined;
  /** The answer's id at its provider. */
  replyId(): string | undefined;
  /** The model that gave the answer: another one if the provider was allowed to choose. */
  answeredBy(): FurtherModel;
  see(parts: readonly StreamPart[]): void;
  close(outcome: AttemptRow['outcome'], endedAt: Ms, error?: ConclaveError): AttemptRow;
};

/** The meter from the attempt's first moment, for the code that makes the attempt. */
export type AttemptMeter = Omit<AnswerMeter, 'dialect' | 'firstByteMs'> & {
  /** The deployment's first dialect until the request is written. */
  dialect: DialectId;
  /** The provider was asked for a whole answer although the client streams: its first byte comes at the end. */
  askedWhole: boolean;
  /** The request contains reasoning that the client did not send back. */
  restoredReasoning: boolean;
  firstByteMs: Ms | undefined;
  status: number | undefined;
  /** A request was made, even if the provider could not be reached. */
  asked: boolean;
  /** The attempt ended before anything of its request was sent. */
  unsent: boolean;
  /** The cost of the closed attempt is what its provider reports. */
  costIsReported: boolean;
  /** Reasoning and tool calls that the next turn may bring back. */
  readonly thoughts: Pick<AnswerThoughts, 'proofs' | 'callingTurn'>;
  /**
   * What the caller should know and the answer does not contain: the provider's warnings, and parts of the usage that
   * are booked at the ordinary rates although they have a price of their own.
   */
  warnings(): string[];
};

type Watched = Omit<AskedCandidate, 'candidate'> & {
  /** The call asked its provider to store the answer. */
  readonly keepsAnswer: boolean;
  /** The request lets the provider choose other models: an answer that names another model is from that model. */
  readonly isOpen: boolean;
  /** Removes from an error's text what must not be stored in the entry. */
  readonly withoutPrompt: (text: string) => string;
  /** Called with the entry, once, however the attempt ended. */
  readonly closed: (row: AttemptRow, error: ConclaveError | undefined) => void;
};

export function attemptMeter(candidate: Candidate, watched: Watched): AttemptMeter {
  const { model, deployment } = candidate;
  const { startedAt, inputEstimate, terms, modelOf, keepsAnswer, isOpen, withoutPrompt, closed } = watched;
  const asked = { candidate, startedAt, inputEstimate, terms, modelOf };
  const tally = answerTally(model, { modelOf, isOpen });
  const thoughts = answerThoughts();
  const meter: AttemptMeter = {
    dialect: deployment.endpoints[0]?.dialect ?? 'openai-chat',
    startedAt,
    askedWhole: false,
    restoredReasoning: false,
    firstByteMs: undefined,
    status: undefined,
    asked: false,
    unsent: false,
    costIsReported: false,
    thoughts,
    replyId: () => tally.replyId,
    answeredBy: () => tally.answering,
    warnings: () => [...tally.remarks, ...bookedOtherwise(asked, tally)],
    see(parts) {
      for (const part of parts) {
        tally.see(part);
        // Most parts are text, which contains no reasoning.
        if (part.type !== 'text-delta') thoughts.see(part);
      }
    },
    close(outcome, endedAt, error) {
      const { dialect, firstByteMs, status } = meter;
      const bill = billAttempt(asked, tally, mayHaveCost(meter, outcome, error));
      const { usage, estimated, cost } = bill;
      meter.costIsReported = bill.isReported;
      const { replyId, pieces } = tally;
      const kept = keptAnswer({ dialect, replyId, pieces, keepsAnswer }, deployment);
      const proofs = thoughts.proofs();
      const proven = proofs.length === 0 ? undefined : keptThoughts(proofs, candidate);
      const row: AttemptRow = {
        ...paidModel(model),
        deployment: deployment.id,
        dialect,
        startedAt,
        ...(firstByteMs !== undefined && { firstByteMs }),
        durationMs: endedAt - startedAt,
        ...(status !== undefined && { status }),
        outcome,
        ...(error && { errorCode: error.code, message: withoutPrompt(error.toOperator) }),
        usage,
        estimated,
        ...(deployment.payer === 'caller'
          ? { cost: 0n, payer: 'caller', ...(cost !== undefined && { callerCost: cost }) }
          : cost !== undefined && { cost }),
        ...(kept && { kept }),
        ...(proven && { thoughts: proven }),
        simulated: deployment.simulated,
      };
      closed(row, error);
      return row;
    },
  };
  return meter;
}

function mayHaveCost(
  { unsent }: AttemptMeter,
  outcome: AttemptRow['outcome'],
  error: ConclaveError | undefined,
): boolean {
  if (unsent) return false;
  return outcome !== 'failed' || error?.hint === 'gave-up';
}
