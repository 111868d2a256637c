import { ConclaveError } from '../errors.ts';

/** Returns why a call was aborted: whoever aborts on purpose gives a reason; a caller that disconnects does not. */
export function abortError({ reason }: AbortSignal): ConclaveError {
  return reason instanceof ConclaveError ? reason : new ConclaveError('cancelled', 'The caller hung up.');
}

/** Like the signal's own method, which throws whatever reason it was given. @throws ConclaveError if it is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}
