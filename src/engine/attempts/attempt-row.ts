import { wholeConversation } from '../../core/wire/whole-conversation.ts';
import type { AttemptRow } from '../../core/stores/ledger.ts';
import type { Ms } from '../../core/units.ts';
import { keptAnswer } from '../memory/stored-answers.ts';
import { keptThoughts } from '../memory/thoughts/thought-makers.ts';
import { paidModel } from '../row/paid-model.ts';
import { withoutQuotes } from '../row/without-quotes.ts';
import type { SettingsOf } from '../services.ts';
import type { Attempt } from './attempt.ts';
import type { AttemptEnd } from './meter/attempt-meter.ts';
import type { AttemptBill } from './meter/bill-attempt.ts';

/** Describes an attempt that is over, for the ledger. */
export function attemptRow(
  { settings }: SettingsOf<'keepBodies'>,
  { call: { request }, slotted: { candidate }, state, meter }: Attempt,
  { outcome, error, bill, endedAt }: AttemptEnd & { readonly bill: AttemptBill; readonly endedAt: Ms },
): AttemptRow {
  const { model, deployment } = candidate;
  const { traits, startedAt, firstByteMs, status } = state;
  const { usage, estimated, cost } = bill;
  const keepsAnswer = request.extras?.some((extra) => extra.keepsAnswer) === true;
  const isNamed = traits.namesAnswers || keepsAnswer;
  const kept = keptAnswer({ isNamed, replyId: meter.replyId(), pieces: meter.pieces() }, deployment);
  const proofs = meter.thoughts.proofs();
  const proven = proofs.length === 0 ? undefined : keptThoughts(proofs, candidate);
  const withoutPrompt = (text: string) =>
    settings.keepBodies ? text : withoutQuotes(text, wholeConversation(request));
  return {
    ...paidModel(model),
    deployment: deployment.id,
    dialect: traits.dialect,
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
}
