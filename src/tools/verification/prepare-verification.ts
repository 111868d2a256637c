import { addCosts } from '../../core/money/add-costs.ts';
import { answersAsked } from '../../core/wire/answers-asked.ts';
import { asConclaveError, withRequestId } from '../../core/errors.ts';
import { defined } from '../../core/json/defined.ts';
import type { Call, CallReceipt } from '../../core/call.ts';
import type { ProviderPreferences } from '../../core/routing/preferences/provider-preferences.ts';
import type { Question } from '../../engine/ask.ts';
import type { MeterReading } from '../offer/call-meter.ts';
import { withCost } from '../panels/with-cost.ts';
import type { ShownVerification } from './verification-answer.ts';
import type { AnswerVerifier, VerificationNeed } from './verify-answer.ts';

/** A plain call. The verification of its answer belongs to the same trace. */
export type VerifiableQuestion = Question & Pick<Call, 'traceId' | 'signal'>;

export type VerificationWish = {
  /** The caller requested verification; tags of the call or its key may require it anyway. */
  readonly wanted: boolean;
  /** The answer is streamed, and its verification is shown after its end. */
  readonly shownAfterStream?: boolean;
};

/** A verification that was found possible before the call is made. */
export type PreparedVerification = {
  readonly need: VerificationNeed;
  /**
   * Verifies the call's answer, if needed. `textOf` is called only if it is.
   * @throws ConclaveError if verification was required and failed, or the caller hung up; it names the answer's call.
   */
  verify(receipt: CallReceipt, textOf: () => string): Promise<VerifiedReceipt>;
};

/** How a call and the verification of its answer ended. */
export type VerifiedReceipt = {
  /** The call's receipt. The cost is that of answer and verification, which adds a warning if it failed. */
  readonly receipt: CallReceipt;
  /** Absent: the answer was not verified. */
  readonly verification?: ShownVerification;
  /** The verification as text. */
  readonly text?: string;
};

/** @throws ConclaveError for a call that cannot be verified. */
export type PrepareVerification = (call: VerifiableQuestion, wish: VerificationWish) => PreparedVerification;

export function verificationPreparer(
  { needOf, verify }: AnswerVerifier,
  boundsOf: (call: Question) => ProviderPreferences | undefined,
): PrepareVerification {
  return (call, wish) => {
    const bounds = () => boundsOf(call);
    const need = isVerifiable(call) ? needOf({ ...verifiableCall(call, wish), bounds }) : 'none';
    return {
      need,
      async verify(receipt, textOf) {
        if (need === 'none' || receipt.state !== 'ok') return { receipt };
        const { principal, surface, signal, traceId, tags, limits } = call;
        const checked = await verify(
          defined({
            need,
            answer: textOf(),
            requestId: receipt.requestId,
            cost: receipt.cost,
            model: receipt.model ?? '',
            principal,
            surface,
            signal,
            traceId,
            tags,
            limits,
            providerPreferences: bounds(),
          }),
        ).catch((thrown: unknown) => {
          const error = asConclaveError(thrown).with({ requests: receipt.attempts });
          throw withCost(withRequestId(error, receipt.requestId), { ...receipt, what: 'The answer' });
        });
        const { spent, ...found } = checked;
        const both = withSpent(receipt, spent);
        if ('warning' in found) {
          return { receipt: { ...both, warnings: [...both.warnings, found.warning] } };
        }
        return { ...found, receipt: both };
      },
    };
  };
}

/** Embeddings make no claims. */
function isVerifiable({ request }: VerifiableQuestion): boolean {
  return request.embedding === undefined;
}

function verifiableCall(
  { request, principal, surface, signal, tags = [] }: VerifiableQuestion,
  { wanted, shownAfterStream = false }: VerificationWish,
) {
  return {
    principal,
    surface,
    signal,
    tags,
    wanted,
    streamed: request.stream && !shownAfterStream,
    choices: answersAsked(request),
  };
}

/** The cost of answer and verification together is unknown if either is, and an estimate if either is. */
function withSpent(answer: CallReceipt, spent: MeterReading): CallReceipt {
  if (spent.calls === 0) return answer;
  const { cost: answerCost, frontierCost: answerFrontier, ...receipt } = answer;
  const cost = addCosts(answerCost, spent.cost);
  const frontierCost = addCosts(answerFrontier, spent.frontierCost);
  const estimated = answer.estimated || spent.estimated;
  return { ...receipt, costIsReported: false, estimated, ...defined({ cost, frontierCost }) };
}
