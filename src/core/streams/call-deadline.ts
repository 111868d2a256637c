import { abortError } from './abort-error.ts';
import type { Deadlines, Expecting } from './deadlines.ts';
import { ConclaveError } from '../errors.ts';
import type { Ms } from '../units.ts';

/** One signal for a call's whole life: the caller's hang-up or the end of its time, whichever comes first. */
export type CallDeadline = {
  readonly signal: AbortSignal;
  /** What is left of its time, to within a tick. */
  leftMs(): Ms;
  /** The caller has its first content: from now on only the call's total time ends it. */
  begun(): void;
  clear(): void;
};

/** How long a call may take. */
export type CallTimes = {
  readonly totalMs: Ms;
  /** The caller's limit for the first content of a stream; absent: the caller sets none. */
  readonly contentMs?: Ms | undefined;
};

export function callDeadline(
  caller: AbortSignal,
  { totalMs, contentMs = Infinity }: CallTimes,
  deadlines: Deadlines,
): CallDeadline {
  let waitsForContent = contentMs < totalMs;
  const controller = new AbortController();
  const hangUp = () => controller.abort(abortError(caller));
  const end: Expecting = {
    slot: 0,
    deadline: Infinity,
    expire() {
      deadlines.forget(end);
      const message = waitsForContent
        ? `No model began to answer within the caller's limit of ${contentMs} ms.`
        : `The call took longer than its total of ${totalMs} ms.`;
      controller.abort(new ConclaveError('provider_timeout', message, { hint: 'gave-up' }));
    },
  };
  deadlines.watch(end);
  const latest = deadlines.after(totalMs);
  end.deadline = waitsForContent ? deadlines.after(contentMs) : latest;
  if (caller.aborted) hangUp();
  else caller.addEventListener('abort', hangUp, { once: true });
  return {
    signal: controller.signal,
    leftMs: () => end.deadline - deadlines.after(0),
    begun() {
      waitsForContent = false;
      end.deadline = latest;
    },
    clear() {
      deadlines.forget(end);
      caller.removeEventListener('abort', hangUp);
    },
  };
}
