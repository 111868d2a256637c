import { ConclaveError } from '../../core/errors.ts';

/** Returns the error for a successful reply in which the message is missing. */
export function noMessage(): ConclaveError {
  return new ConclaveError(
    'provider_invalid_reply',
    'The provider returned a reply that contains no message.',
  );
}
