import type { CallReceipt } from '../core/call.ts';
import type { OutcomeKind } from '../core/routing/quality/outcome-kinds.ts';
import type { OutcomeSignal } from '../core/stores/ledger.ts';
import { priceAt } from '../core/money/price.ts';
import { answerLength } from './memory/answer-length.ts';
import type { CallRecord } from './row/call-record.ts';
import type { Route } from './route.ts';
import type { ConversationMemory } from './memory/conversation-memory.ts';
import type { Bookkeeping, Clock, Logging, ModelSupply } from './services.ts';

/**
 * Remembers how long the answer was and, for open choices, which model answered; a repeated prompt counts against the
 * previous answer. Called once per call, however often the call was routed.
 */
export function trackConversation(
  engine: ConversationMemory & Pick<Bookkeeping, 'ledger'> & Pick<ModelSupply, 'catalogue'> & Logging & Clock,
  { call, features, choice }: Route,
  { id, settled }: Pick<CallRecord, 'id' | 'settled'>,
): void {
  const { task } = features.work;
  const isTurn = !call.parent?.step && choice.kind === 'open';
  const asked = isTurn ? engine.repeatedPrompts.asked(call) : undefined;
  void settled.then((receipt) => {
    const tokens = answerLength(call, receipt, features.size.answers);
    if (tokens !== undefined && receipt.model !== undefined)
      engine.answerLengths.remember(task, receipt.model, tokens);
    if (!asked) return;
    engine.conversations.remember(call, receipt, {
      task,
      prompt: features.size.prompt.expected,
      reportsWrites: reportsWrites(engine, receipt),
    });
    if (receipt.state === 'ok') asked.answered(id);
  });
  if (asked?.repeats === undefined) return;
  note(engine, { callId: asked.repeats, kind: 'asked-again', score: 0 });
  const control = asked.drawn();
  if (control !== undefined) note(engine, { callId: control, kind: 'drawn', score: 1 });
}

/** Providers report the writes to their caches if they bill them. */
function reportsWrites(
  { catalogue, now }: Pick<ModelSupply, 'catalogue'> & Clock,
  { model }: Pick<CallReceipt, 'model'>,
): boolean {
  const price = model === undefined ? undefined : catalogue.get(model)?.price;
  return price !== undefined && priceAt(price, now()).cacheWrite !== undefined;
}

function note(
  engine: Pick<Bookkeeping, 'ledger'> & Logging & Clock,
  sign: Pick<OutcomeSignal, 'callId' | 'score'> & { readonly kind: OutcomeKind },
): void {
  engine.ledger
    .addOutcome({ ...sign, at: engine.now(), source: 'conclave' })
    .catch((error: unknown) => engine.log.warn({ error }, 'the repetition of a prompt was not stored'));
}
