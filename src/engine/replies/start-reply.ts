import type { Reply } from '../../core/call.ts';
import type { Ms, Tokens } from '../../core/units.ts';
import type { StartedAttempt } from '../attempts/start-attempt.ts';
import type { CallRecord } from '../row/call-record.ts';
import { partsReply, relayReply, wholeReply } from './reply-stream.ts';
import type { ReplyServices } from './reply-services.ts';

/**
 * Returns the reply of the candidate that begins to answer. If that takes too long, the head of a stream is sent
 * without content.
 */
export async function startReply(
  engine: ReplyServices,
  record: CallRecord,
  { pending, promptEstimate }: { readonly pending: Promise<StartedAttempt>; readonly promptEstimate: Tokens },
): Promise<Reply> {
  const { holdHeadMs } = engine.settings;
  const started = record.call.request.stream ? await within(pending, holdHeadMs) : await pending;
  if (!started) return { ...partsReply(engine, record, pending), promptEstimate };
  record.deadline.begun();
  const whole = await wholeReply(engine, record, started);
  if (whole) return whole;
  if (started.relayed) return relayReply(engine, record, started);
  return { ...partsReply(engine, record, started), promptEstimate };
}

/** Returns the promise's value, or `undefined` when it takes longer; the promise itself continues. */
async function within<T>(promise: Promise<T>, ms: Ms): Promise<T | undefined> {
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
