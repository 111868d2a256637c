import type { OutcomeSignal } from '../core/stores/ledger.ts';
import { completionTokens } from '../core/money/usage.ts';
import type { CallRecord, Route } from './context.ts';
import type { ConversationMemory } from './memory/conversation-memory.ts';
import type { Bookkeeping, Clock, Logging } from './parts.ts';

/**
 * For open choices, remembers which model answered; a repeated prompt counts against the previous answer.
 * Called once per call, however often the call was routed.
 */
export function trackConversation(
  engine: ConversationMemory & Pick<Bookkeeping, 'ledger'> & Logging & Clock,
  { call, features, choice }: Route,
  { id, settled }: Pick<CallRecord, 'id' | 'settled'>,
): void {
  if (call.parent?.step || choice.kind !== 'open') return;
  const { repeats, drawn, answered } = engine.repeatedPrompts.asked(call);
  void settled.then((outcome) => {
    engine.conversations.remember(call, outcome, features.work.task);
    if (outcome.state !== 'ok') return;
    answered(id);
    // A cascade's usage is the sum over all its answers.
    if (outcome.attempts === 1)
      engine.answerLengths.remember(features.work.task, completionTokens(outcome.usage));
  });
  if (repeats === undefined) return;
  note(engine, { callId: repeats, kind: 'asked-again', score: 0 });
  const control = drawn();
  if (control !== undefined) note(engine, { callId: control, kind: 'drawn', score: 1 });
}

function note(
  engine: Pick<Bookkeeping, 'ledger'> & Logging & Clock,
  sign: Pick<OutcomeSignal, 'callId' | 'kind' | 'score'>,
): void {
  engine.ledger
    .addOutcome({ ...sign, at: engine.now(), source: 'conclave' })
    .catch((error: unknown) => engine.log.warn({ error }, 'the repetition of a prompt was not stored'));
}
