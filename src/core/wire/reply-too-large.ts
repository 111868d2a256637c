import { ConclaveError } from '../errors.ts';

/**
 * The most bytes of a provider's reply that are held in memory at once: of a whole reply, and of one event of a stream,
 * which may contain a whole picture of 25 MB.
 */
export const maxHeldBytes = 64 * 1024 * 1024;

/**
 * Returns the error for a reply, or an event of a stream, that is not read further. The provider bills it, and it would
 * be as large a second time.
 */
export function replyTooLarge(what: 'reply' | 'stream event'): ConclaveError {
  const message = `The provider sent a ${what} of more than ${maxHeldBytes} bytes; it was not read further.`;
  return new ConclaveError('provider_invalid_reply', message, { hint: 'gave-up' });
}
