import { appendAll } from '../core/lists/append-all.ts';
import { wantsWhole, type Call, type CallReceipt } from '../core/call.ts';
import { asConclaveError, withRequestId, type ConclaveError } from '../core/errors.ts';
import type { Settlement } from '../core/stores/ledger.ts';
import { attemptsOf } from './row/attempts-of.ts';
import { callDeadline, type CallTimes } from '../core/streams/call-deadline.ts';
import { noNotes } from './row/call-notes.ts';
import { CallFunds } from './money/call-funds.ts';
import type { EngineContext } from './engine-context.ts';
import type { CallRecord } from './row/call-record.ts';
import { callReceipt } from './row/call-receipt.ts';
import { intentRow } from './row/intent-row.ts';
import { nothingReserved } from './row/intent.ts';
import { requestsMade } from './row/requests-made.ts';
import { settlementOf } from './row/settlement-of.ts';
import type { Ending, GivenAnswer } from './row/ending.ts';
import { unwrittenEnd } from './row/unwritten-end.ts';
import { writeCaches } from './read-cache.ts';
import { checkAnswer } from './replies/check-answer.ts';
import { closingWarnings } from './row/closing-warnings.ts';
import { scoreCall } from './score-call.ts';
import type { Bookkeeping, Clock, Logging, Plugins, SettingsOf } from './services.ts';

/** What keeping the row of a call depends on. */
type RecordServices = Bookkeeping &
  Plugins &
  Logging &
  Clock &
  Pick<EngineContext, 'newId' | 'deadlines' | 'moneyLine' | 'lateWork'> &
  SettingsOf<'timeouts' | 'keepBodies' | 'simulatedOnly'>;

export function openRecord(engine: RecordServices, call: Call): CallRecord {
  const startedAt = engine.now();
  const { promise: settled, resolve: resolveSettled } = Promise.withResolvers<CallReceipt>();
  const id = engine.newId('req');
  const trace = engine.tracer?.callStarted(id, call);
  engine.observer.started(call);
  const { ledger } = engine;
  const funds = new CallFunds(engine, { ledger, id, keyId: call.principal.keyId });
  /** How many child calls ended before the row was open, and only helped to decide. */
  let childrenBeforeOpen = 0;
  let finishing: Promise<void> | undefined;

  async function finish(ending: Ending): Promise<void> {
    if (call.check) await checkAnswer(engine, record, ending.answer?.reply);
    record.deadline.clear();
    appendAll(record.warnings, closingWarnings(record, ending));
    const settlement = settlementOf(engine, record, ending);
    const receipt = callReceipt(settlement, { notes: record, error: ending.error });
    call.onSettled?.(receipt);
    funds.spent(receipt.cost);
    try {
      await commit(settlement);
      resolveSettled(receipt);
    } catch (thrown) {
      resolveSettled({ ...receipt, ...unwrittenEnd(settlement, thrown) });
      throw withRequestId(asConclaveError(thrown), id);
    }
    if (ending.answer) engine.lateWork.add(afterwards(engine, record, { answer: ending.answer, settlement }));
  }

  /** Whether a request for the answer was sent to a provider, by this call or by a step of its cascade. */
  function wasAsked(): boolean {
    const steps = funds.isRowOpen ? record.children.slice(childrenBeforeOpen) : [];
    return attemptsOf(record).length > 0 || steps.some(({ attempts }) => attempts > 0);
  }

  async function commit(settlement: Settlement): Promise<void> {
    const { simulated } = settlement;
    let ended = settlement;
    try {
      if (funds.isRowOpen) await ledger.settle(settlement);
      else {
        const { decision } = record;
        const intent = intentRow(record, { ...nothingReserved, decision, simulated });
        await ledger.refuse(intent, settlement);
      }
    } catch (thrown) {
      const { state, errorCode } = unwrittenEnd(settlement, thrown);
      ended = { ...settlement, state, errorCode };
      throw thrown;
    } finally {
      funds.release();
      engine.observer.settled(call, ended, engine.now() - startedAt);
      trace?.ended(ended);
    }
  }

  const record: CallRecord = {
    ...noNotes(),
    id,
    call,
    startedAt,
    deadline: callDeadline(call.signal, timesOf(engine, call), engine.deadlines),
    trace,
    settled,
    async open(intent) {
      const { unknownPrice } = intent;
      const result = await ledger.open(intentRow(record, intent), { unknownPrice });
      if (result.ok) {
        funds.opened(intent);
        childrenBeforeOpen = record.children.length;
      } else funds.refused(intent);
      return result;
    },
    holdMore: (amount) => funds.holdMore(amount),
    reservationRow: () => funds.reservationRow,
    finish(ending) {
      finishing ??= finish(ending);
      return finishing;
    },
    async failed(thrown) {
      const error = withRequestId(asConclaveError(thrown), id).with({ requests: requestsMade(record) });
      if (error.code === 'internal') engine.log.error({ requestId: id, error: error.cause }, error.message);
      await record.finish({ state: endState(error, wasAsked()), error });
      return error;
    },
  };
  return record;
}

/** The caller's `maxLatencyMs` limits its wait: for a whole answer, or for the first content of a stream. */
function timesOf({ settings }: SettingsOf<'timeouts'>, call: Call): CallTimes {
  const { totalMs } = settings.timeouts;
  const { maxLatencyMs } = call.limits;
  if (!wantsWhole(call)) return { totalMs, contentMs: maxLatencyMs };
  return { totalMs: Math.min(totalMs, maxLatencyMs ?? totalMs) };
}

function endState(error: ConclaveError, wasAsked: boolean): Ending['state'] {
  if (error.code === 'cancelled') return 'cancelled';
  return wasAsked ? 'failed' : 'refused';
}

/** Runs after the reply was sent, so the client does not see failures here: both stages log them. */
async function afterwards(
  engine: Pick<Plugins, 'caches' | 'scorers'> & Pick<Bookkeeping, 'ledger'> & Logging & Clock,
  { id, call }: CallRecord,
  { answer, settlement }: { readonly answer: GivenAnswer; readonly settlement: Settlement },
): Promise<void> {
  const { parts, reply } = answer;
  const { model, provider, usage, simulated } = settlement;
  if (model && provider) await writeCaches(engine, call, { model, provider, parts, usage, simulated });
  await scoreCall(engine, call, id, reply);
}
