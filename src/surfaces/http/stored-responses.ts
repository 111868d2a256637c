import type { App } from '../../app.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import type { PathParamsByKey } from './route.ts';

/**
 * Rejects requests for stored responses: Conclave stores none. A relayed response may be stored by its provider, under
 * the provider's key; a translated one is not stored anywhere.
 * @throws ConclaveError `not_found`, always.
 */
export function refuseStoredResponse(_app: App, _exchange: HttpExchange, { name }: PathParamsByKey): never {
  throw new ConclaveError(
    'not_found',
    `Conclave does not store responses, so it has no "${name}": send the conversation again, or ask the provider that answered, with its own key.`,
    { param: 'response_id' },
  );
}

/** Rejects requests for compaction. @throws ConclaveError `not_found`, always. */
export function refuseCompaction(): never {
  throw new ConclaveError(
    'not_found',
    'Conclave does not compact conversations: compact them yourself, or ask OpenAI directly.',
  );
}
