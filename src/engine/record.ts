import {
  isWaitedFor,
  type Call,
  type CallOutcome,
  type Reply,
  type ReplyHead,
  type Reservation,
} from '../core/call.ts';
import type { Classification } from '../core/classification.ts';
import type { CallTrace } from '../core/call-tracer.ts';
import { replyCollector } from '../core/collected-reply.ts';
import { cutWarning } from '../core/cut-warning.ts';
import { asConclaveError, ConclaveError, withRequestId } from '../core/errors.ts';
import type { CachedReply } from '../core/extension-points.ts';
import type { AttemptRow, IntentRow, Settlement, StepVerdict } from '../core/ledger.ts';
import type { Decision } from '../core/decision.ts';
import { shownName } from '../core/shown-name.ts';
import type { OpenResult } from '../core/stores.ts';
import type { StreamPart } from '../core/stream-part.ts';
import type { NanoUsd, Tokens } from '../core/units.ts';
import { noUsage } from '../core/usage.ts';
import { callDeadline, type CallDeadline, type CallTimes } from './attempts/call-deadline.ts';
import type { EngineContext } from './engine.ts';
import type { RequestSize } from './routing/measure-request.ts';
import { writeCaches } from './read-cache.ts';
import { checkAnswer } from './replies/check-answer.ts';
import { partsReply, relayReply, wholeReply } from './replies/reply-stream.ts';
import { scoreCall } from './score.ts';
import { settleCall, type Ending } from './money/settle-call.ts';
import type { StartedAttempt } from './attempts/start-attempt.ts';
import type { Transcript } from './replies/transcript.ts';
import { withChildren } from './money/with-children.ts';

/**
 * The ledger row of one call, from before its first check to after its last byte. Stages leave what they learn here;
 * whichever way the call ends, the row is written once.
 */
export interface CallRecord {
  readonly id: string;
  readonly call: Call;
  readonly deadline: CallDeadline;
  size: RequestSize | undefined;
  decision: Decision | undefined;
  /** What the call is for, where it was guessed. */
  classification: Classification | undefined;
  readonly warnings: string[];
  /** The output limit that was set for the caller's hard budget. */
  budgetLimit?: Tokens;
  readonly attempts: AttemptRow[];
  readonly trace?: CallTrace;
  /** What a cascade made of its answers. */
  readonly verdicts: StepVerdict[];
  /** How the calls ended that this one made in its turn. */
  readonly children: CallOutcome[];
  /** Of a cascade: the call below whose answer was given, and whether it passed the caller's check. */
  given?: string;
  checkPassed?: boolean;
  readonly settled: Promise<CallOutcome>;
  /** Commits the intent and its reservation. */
  open(intent: Intent): Promise<OpenResult>;
  /** Sets more aside beside the reservation, out of a parent's where there is one that has it. */
  holdMore(amount: NanoUsd): Promise<OpenResult>;
  /** The row whose reservation pays for this call, and for those that it makes: a parent's or its own. */
  payer(): string;
  /** Ends the row; later calls change nothing. Resolves once it is committed. */
  finish(ending: Ending): Promise<void>;
  served(cached: CachedReply): Promise<Reply>;
  streaming(pending: Promise<StartedAttempt>): Promise<Reply>;
  failed(thrown: unknown): Promise<ConclaveError>;
  head(answering: Pick<ReplyHead, 'model' | 'provider' | 'simulated' | 'headers'>): ReplyHead;
}

export type Intent = {
  readonly reserved: NanoUsd;
  /** The parent's reservation that pays, and how much of it is promised to this call. */
  readonly drawsOn?: { readonly reservation: Reservation; readonly amount: NanoUsd };
  readonly inputEstimate: NanoUsd;
  readonly simulated: boolean;
  readonly unknownPrice: boolean;
};

export function openRecord(engine: EngineContext, call: Call): CallRecord {
  const startedAt = engine.now();
  const { promise: settled, resolve: resolveSettled } = Promise.withResolvers<CallOutcome>();
  const id = engine.newId('req');
  const trace = engine.tracer?.callStarted(id, call);
  engine.observer.started(call);
  let opened = false;
  let held: Intent | undefined;
  let finishing: Promise<void> | undefined;

  async function finish(ending: Ending): Promise<void> {
    if (call.check) await checkAnswer(engine, record, ending.answer?.reply);
    record.deadline.clear();
    if (isSilentCut(call, ending))
      record.warnings.push(cutWarning(ending.answeredBy?.candidate.model.id, call.request.maxOutputTokens));
    if (record.budgetLimit !== undefined && ending.finish?.reason === 'length') {
      record.warnings.push(
        `this key has a hard budget, so the answer was limited to ${record.budgetLimit} tokens; set max_tokens to choose`,
      );
    }
    const given = record.children.find(({ requestId }) => requestId === record.given);
    const settlement = settleCall(
      {
        id: record.id,
        call,
        attempts: record.attempts,
        warnings: record.warnings,
        verdicts: record.verdicts,
        finishedAt: engine.now(),
        keepBodies: engine.settings.keepBodies,
        simulatedOnly: engine.settings.simulatedOnly,
        ...(given && { given: given.callerCost === undefined ? given.usage : noUsage }),
        // No frontier model could have made the vectors.
        ...(engine.frontierPrice && !call.request.embedding && { frontierPrice: engine.frontierPrice }),
      },
      ending,
    );
    const failedModels = settlement.attempts.flatMap(({ outcome, model }) =>
      outcome === 'failed' && model !== settlement.model ? [model] : [],
    );
    // Resolved first: what a caller learns of the outcome does not depend on whether the store took it.
    const own: CallOutcome = {
      requestId: record.id,
      state: settlement.state,
      usage: settlement.usage,
      estimated: settlement.estimated,
      simulated: settlement.simulated,
      attempts: settlement.attempts.length,
      ...(failedModels.length > 0 && { failedModels }),
      warnings: settlement.warnings,
      ...(record.checkPassed !== undefined && { checkPassed: record.checkPassed }),
      ...(settlement.model && { model: settlement.model }),
      ...(settlement.provider && { provider: settlement.provider }),
      ...(settlement.cost !== undefined && { cost: settlement.cost }),
      ...(settlement.callerCost !== undefined && { callerCost: settlement.callerCost }),
      ...(settlement.frontierCost !== undefined && { frontierCost: settlement.frontierCost }),
    };
    const outcome = record.children.length === 0 ? own : withChildren(own, record.children);
    resolveSettled(outcome);
    call.onSettled?.(outcome);
    if (held?.drawsOn) giveBack(held.drawsOn, outcome.cost);
    try {
      if (opened) await engine.ledger.settle(settlement);
      else
        await engine.ledger.refuse(
          intentRow({ ...nothingReserved, simulated: settlement.simulated }),
          settlement,
        );
    } finally {
      if (held) engine.observer.reserved(-held.reserved, held.simulated);
      engine.observer.settled(call, settlement, engine.now() - startedAt);
      trace?.ended(settlement);
    }
    if (ending.answer) void afterwards(ending.answer, settlement);
  }

  /** What happens behind the client's back, and fails there: both stages say in the log what went wrong. */
  async function afterwards(
    { parts, reply }: Transcript,
    { model, provider, usage, simulated }: Settlement,
  ): Promise<void> {
    if (model && provider) await writeCaches(engine, call, { model, provider, parts, usage, simulated });
    await scoreCall(engine, call, record.id, reply);
  }

  function intentRow({ reserved, drawsOn, inputEstimate, simulated }: Intent): IntentRow {
    const guessed = record.classification;
    const task = call.task ?? guessed?.task;
    const difficulty = call.difficulty ?? guessed?.difficulty;
    return {
      id: record.id,
      traceId: call.traceId,
      ...(call.parentId && { parentId: call.parentId }),
      ...(drawsOn && { reservationId: drawsOn.reservation.id }),
      startedAt,
      surface: call.surface,
      ...(call.tool && { tool: call.tool }),
      ...(task && { task }),
      ...(difficulty !== undefined && { difficulty }),
      ...(guessed && { features: guessed.features }),
      tags: call.tags,
      keyId: call.principal.keyId,
      ...(call.sessionId && { sessionId: call.sessionId }),
      requestedModel: shownName(call.request.model),
      stream: call.request.stream,
      ...(call.raw && { clientDialect: call.raw.dialect }),
      ...(record.decision && { decision: record.decision }),
      reserved,
      inputEstimate,
      simulated,
    };
  }

  const record: CallRecord = {
    id,
    call,
    ...(trace && { trace }),
    deadline: callDeadline(call.signal, timesOf(engine, call), engine.deadlines),
    size: undefined,
    decision: undefined,
    classification: undefined,
    warnings: [],
    attempts: [],
    verdicts: [],
    children: [],
    settled,
    async open(intent) {
      const result = await engine.ledger.open(intentRow(intent), { unknownPrice: intent.unknownPrice });
      opened = result.ok;
      if (opened) {
        held = intent;
        engine.observer.reserved(intent.reserved, intent.simulated);
      } else if (intent.drawsOn) giveBack(intent.drawsOn, 0n);
      return result;
    },
    async holdMore(amount) {
      if (!held) throw new ConclaveError('internal', 'A call that is not open can hold nothing.');
      const { drawsOn, reserved } = held;
      if (drawsOn && (drawsOn.reservation.claim?.(amount) ?? true)) {
        held = { ...held, drawsOn: { ...drawsOn, amount: drawsOn.amount + amount } };
        return { ok: true };
      }
      const result = await engine.ledger.holdMore(record.id, amount);
      if (!result.ok) return result;
      held = { ...held, reserved: reserved + amount };
      engine.observer.reserved(amount, held.simulated);
      return result;
    },
    payer: () => held?.drawsOn?.reservation.id ?? record.id,
    finish(ending) {
      finishing ??= finish(ending);
      return finishing;
    },
    async served(cached) {
      record.warnings.push('answered from the cache');
      const { reply, add } = replyCollector();
      if (call.check) cached.parts.forEach(add);
      await checkAnswer(engine, record, reply);
      await record.finish({ state: 'ok' });
      const { model, provider, simulated, parts } = cached;
      return {
        kind: 'parts',
        head: record.head({ model, provider, simulated, headers: {} }),
        parts: once(parts),
        settled,
      };
    },
    async streaming(pending) {
      const { holdHeadMs } = engine.settings;
      const started = call.request.stream ? await within(pending, holdHeadMs) : await pending;
      if (!started) return partsReply(engine, record, pending);
      record.deadline.begun();
      const whole = await wholeReply(engine, record, started);
      if (whole) return whole;
      return started.relayed ? relayReply(engine, record, started) : partsReply(engine, record, started);
    },
    async failed(thrown) {
      const error = withRequestId(asConclaveError(thrown), record.id);
      if (error.code === 'internal')
        engine.log.error({ requestId: record.id, error: error.cause }, error.message);
      await record.finish({ state: endState(error, opened), error });
      return error;
    },
    head(answering) {
      return {
        requestId: record.id,
        ...answering,
        attempts: record.attempts.length + 1,
        warnings: [...record.warnings],
      };
    },
  };
  return record;
}

const nothingReserved: Intent = { reserved: 0n, inputEstimate: 0n, simulated: false, unknownPrice: false };

/** A caller's ceiling is on its wait: for a whole answer, or for the first content of a stream. */
function timesOf({ settings }: EngineContext, call: Call): CallTimes {
  const { totalMs } = settings.timeouts;
  const { maxLatencyMs } = call.limits;
  if (!isWaitedFor(call)) return { totalMs, contentMs: maxLatencyMs };
  return { totalMs: Math.min(totalMs, maxLatencyMs ?? totalMs) };
}

/** What is left of what was promised; where the cost is unknown, nobody knows that anything is. */
function giveBack(
  { reservation, amount }: NonNullable<Intent['drawsOn']>,
  cost: NanoUsd | undefined = amount,
): void {
  if (cost < amount) reservation.giveBack?.(amount - cost);
}

/** A client of a dialect reads the reason of the finish itself, and so does a tool. */
function isSilentCut({ raw, tool }: Call, { finish }: Ending): boolean {
  return finish?.reason === 'length' && raw === undefined && tool === undefined;
}

function endState(error: ConclaveError, opened: boolean): Ending['state'] {
  if (error.code === 'cancelled') return 'cancelled';
  return opened ? 'failed' : 'refused';
}

async function* once(parts: readonly StreamPart[]): AsyncGenerator<readonly StreamPart[]> {
  yield parts;
}

/** The promise's value, or `undefined` when it takes longer; the promise itself goes on. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
