import { ConclaveError } from '../../core/errors.ts';

const stored = /^\/v1\/responses\/([^/]+)(?:\/(?:input_items|cancel))?$/;

/** True for the paths at which OpenAI gives out, cancels and deletes the responses that it keeps. */
export function isStoredResponse(path: string): boolean {
  return stored.test(path);
}

/**
 * Conclave keeps no responses: a relayed one is kept, if at all, by the provider that gave it, under its own key; a
 * translated one by nobody. @throws ConclaveError `not_found`, which says so, always.
 */
export function refuseStoredResponse(path: string): never {
  const id = stored.exec(path)?.[1] ?? '';
  if (id === 'compact')
    throw new ConclaveError(
      'not_found',
      'Conclave does not compact conversations: compact them yourself, or ask OpenAI directly.',
    );
  throw new ConclaveError(
    'not_found',
    `Conclave keeps no responses, so it has none called "${id}": send the conversation again, or ask the provider that answered, with its own key.`,
    { param: 'response_id' },
  );
}
