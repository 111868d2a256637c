import { abortError } from './abort-error.ts';

/** Waits for a promise whose maker may ignore the signal. @throws ConclaveError when the signal is aborted. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(abortError(signal));
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    // The signal comes first: a maker that heeds it fails with an error of its own at the same time.
    return await Promise.race([aborted.promise, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Reads a stream whose maker may ignore the signal. @throws ConclaveError when the signal is aborted. */
export async function* streamUntilAborted<T>(
  pieces: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const reader = pieces[Symbol.asyncIterator]();
  let isDone = false;
  try {
    for (;;) {
      const step = await untilAborted(reader.next(), signal);
      isDone = step.done === true;
      if (step.done) return;
      yield step.value;
    }
  } finally {
    // Not awaited: it only settles once the maker does.
    if (!isDone) reader.return?.().catch(() => undefined);
  }
}
