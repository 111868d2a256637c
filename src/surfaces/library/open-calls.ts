import { ConclaveError } from '../../core/errors.ts';
import { settledWithin } from '../../core/streams/settled-within.ts';
import type { Ms } from '../../core/units.ts';

/** For calls that do not end at their signal: a custom provider may ignore it. */
const patienceMs: Ms = 3_000;

/** The calls of a program that have not ended yet; `close` ends them. */
export type OpenCalls = {
  /** Runs a call; its signal is aborted if the caller's is, or by `close`. @throws ConclaveError after `close`. */
  run<T>(call: (signal: AbortSignal) => Promise<T>, caller?: AbortSignal): Promise<T>;
  /** Like `run`, for an answer that arrives in pieces. A stream that `close` cuts throws when it is read further. */
  stream<T>(pieces: (signal: AbortSignal) => AsyncGenerator<T>, caller?: AbortSignal): AsyncGenerator<T>;
  /** Refuses further calls, ends the open ones and resolves when they have ended, or after a few seconds. */
  close(): Promise<void>;
};

export function openCalls(): OpenCalls {
  const closing = new AbortController();
  const open = new Set<() => Promise<unknown>>();

  function signalFor(caller: AbortSignal | undefined): AbortSignal {
    return caller ? AbortSignal.any([caller, closing.signal]) : closing.signal;
  }

  async function run<T>(call: (signal: AbortSignal) => Promise<T>, caller?: AbortSignal): Promise<T> {
    if (closing.signal.aborted) throw closed();
    const running = call(signalFor(caller));
    const ended = () => running;
    open.add(ended);
    try {
      return await running;
    } finally {
      open.delete(ended);
    }
  }

  async function* stream<T>(
    pieces: (signal: AbortSignal) => AsyncGenerator<T>,
    caller?: AbortSignal,
  ): AsyncGenerator<T> {
    if (closing.signal.aborted) throw closed();
    const source = pieces(signalFor(caller));
    const leave = () => source.return(undefined);
    open.add(leave);
    try {
      for (let step = await source.next(); !step.done; step = await source.next()) {
        yield step.value;
        // The source ended because it was left, not because the answer is complete.
        if (closing.signal.aborted) throw closed();
      }
    } finally {
      open.delete(leave);
      await source.return(undefined);
    }
  }

  return {
    run,
    stream,
    async close() {
      closing.abort(new ConclaveError('cancelled', 'This Conclave was closed while the call was open.'));
      await settledWithin(
        [...open].map((end) => end()),
        patienceMs,
      );
    },
  };
}

function closed(): ConclaveError {
  return new ConclaveError('invalid_request', 'This Conclave is closed; createConclave() makes another.');
}
