import type { Deadlines, Expecting } from '../core/deadlines.ts';
import { ConclaveError } from '../core/errors.ts';
import type { Ms } from '../core/units.ts';

/** One signal for a call's whole life: the caller's hang-up or the end of its time, whichever comes first. */
export type CallDeadline = { readonly signal: AbortSignal; clear(): void };

export function callDeadline(caller: AbortSignal, totalMs: Ms, deadlines: Deadlines): CallDeadline {
  const controller = new AbortController();
  const hangUp = () => controller.abort(reasonOf(caller));
  const end: Expecting = {
    slot: 0,
    deadline: Infinity,
    expire() {
      deadlines.forget(end);
      const message = `The call took longer than its total of ${totalMs} ms.`;
      controller.abort(new ConclaveError('provider_timeout', message));
    },
  };
  deadlines.watch(end);
  end.deadline = deadlines.after(totalMs);
  if (caller.aborted) hangUp();
  else caller.addEventListener('abort', hangUp, { once: true });
  return {
    signal: controller.signal,
    clear() {
      deadlines.forget(end);
      caller.removeEventListener('abort', hangUp);
    },
  };
}

/** A caller that is made to hang up says why; one that leaves does not. */
function reasonOf({ reason }: AbortSignal): ConclaveError {
  return reason instanceof ConclaveError ? reason : new ConclaveError('cancelled', 'The caller hung up.');
}
