import { ConclaveError } from '../../core/errors.ts';

/** Returns the error for a client that closed its connection before it had the whole reply. */
export function clientLeft(): ConclaveError {
  return new ConclaveError('cancelled', 'The client closed the connection.');
}
