import { addCosts } from '../../core/money/add-costs.ts';
import { wholeConversation } from '../../core/wire/whole-conversation.ts';
import type { Call } from '../../core/call.ts';
import type { AttemptRow, Settlement, StepVerdict } from '../../core/stores/ledger.ts';
import { costOf, type Price } from '../../core/money/price.ts';
import type { Ms, NanoUsd } from '../../core/units.ts';
import { addUsage, noUsage, type Usage } from '../../core/money/usage.ts';
import { keptReason } from '../../core/wire/reached-limit.ts';
import { attemptsOf } from './attempts-of.ts';
import { paidModel } from './paid-model.ts';
import type { CallRecord } from './call-record.ts';
import type { Ending, GivenAnswer } from './ending.ts';
import { ourUsage, usageOfOurs } from './usage-of-ours.ts';
import { eachWithoutQuotes, withoutQuotes } from './without-quotes.ts';
import type { Bookkeeping, Clock, SettingsOf } from '../services.ts';

/** Builds the row's second half: the totals of its attempts. */
export function settlementOf(
  engine: Pick<Bookkeeping, 'frontierPrice'> & Clock & SettingsOf<'keepBodies' | 'simulatedOnly'>,
  record: CallRecord,
  ending: Ending,
): Settlement {
  const { id, call, warnings, steps } = record;
  const attempts = attemptsOf(record);
  const verdicts = steps.flatMap(({ verdict }) => verdict ?? []);
  const { state, answeredBy, finish, error, answer } = ending;
  const { keepBodies, simulatedOnly } = engine.settings;
  const finishedAt = engine.now();
  const usage = attempts.reduce((sum, attempt) => addUsage(sum, attempt.usage), noUsage);
  const cost = addCosts(...attempts.map((attempt) => attempt.cost));
  const frontier = frontierCost(record, engine.frontierPrice, finishedAt);
  const failed = !keepBodies && (error !== undefined || hasFailure(attempts, record.children));
  const messages = wholeConversation(call.request);
  const verdictWithoutPrompt = (verdict: StepVerdict) => ({
    ...verdict,
    because: eachWithoutQuotes(verdict.because, messages),
  });
  const firstAttempt = attempts[0];
  const paidByCaller = attempts.flatMap(({ callerCost }) => callerCost ?? []);
  return {
    id,
    finishedAt,
    state,
    ...(answeredBy && {
      ...paidModel(answeredBy.meter.answeredBy()),
      providerDialect: answeredBy.meter.dialect,
      ...(answeredBy.meter.firstByteMs !== undefined && {
        firstByteMs:
          answeredBy.meter.startedAt + answeredBy.meter.firstByteMs - (firstAttempt?.startedAt ?? 0),
      }),
    }),
    usage,
    estimated: attempts.some((attempt) => attempt.estimated),
    ...(cost !== undefined && { cost }),
    ...(paidByCaller.length > 0 && { callerCost: sumOf(paidByCaller) }),
    ...(frontier !== undefined && { frontierCost: frontier }),
    ...(finish && { finishReason: keptReason(finish) }),
    ...(error && {
      errorCode: error.code,
      errorMessage: keepBodies ? error.message : withoutQuotes(error.message, messages),
    }),
    warnings: failed ? eachWithoutQuotes(warnings, messages) : warnings,
    ...(verdicts.length > 0 && { verdicts: failed ? verdicts.map(verdictWithoutPrompt) : verdicts }),
    attempts,
    simulated: attempts.length === 0 ? simulatedOnly : attempts.some((attempt) => attempt.simulated),
    ...(answer && keepBodies && { bodies: bodiesOf(call, answer) }),
  };
}

/**
 * Whether something in the row may quote an error: provider errors may quote the prompt, and warnings and verdicts may
 * quote errors, also those of child calls.
 */
function hasFailure(attempts: readonly AttemptRow[], children: CallRecord['children']): boolean {
  return (
    attempts.some(({ outcome }) => outcome !== 'ok') ||
    children.some(({ state, attempts: made }) => state !== 'ok' || made > 1)
  );
}

function bodiesOf({ raw, request }: Call, { reply }: GivenAnswer): NonNullable<Settlement['bodies']> {
  return {
    request: raw ? Buffer.from(raw.bytes).toString('utf8') : JSON.stringify(request),
    reply: JSON.stringify(reply),
  };
}

/** What one call to the best model alone would have cost; `undefined` for embeddings, which no such model produces. */
function frontierCost(record: CallRecord, price: Price | undefined, finishedAt: Ms): NanoUsd | undefined {
  const { call } = record;
  if (!price || call.request.embedding) return undefined;
  if (call.parent?.step) return 0n;
  const attempts = attemptsOf(record);
  return costOf(givenUsage(record) ?? usageOfOurs(attempts), price, attempts[0]?.startedAt ?? finishedAt);
}

/**
 * For a cascade: what the step used whose answer was given, which is all that a single good model would have used. What a
 * caller paid for itself is not counted as our saving.
 */
function givenUsage({ children, answeredByCallId }: CallRecord): Usage | undefined {
  const step = children.find(({ requestId }) => requestId === answeredByCallId);
  return step && ourUsage(step);
}

function sumOf(amounts: readonly NanoUsd[]): NanoUsd {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}
