import { ConclaveError } from '../../../core/errors.ts';
import type { JsonValue } from '../../../core/json/json.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import type { EmbeddingBatch } from '../request/embedding-batches.ts';
import type { Chunk } from './chunk.ts';

/**
 * Checks that each text has its vector: embeddings are identified only by their position, and a store of vectors takes
 * none without numbers.
 * @throws ConclaveError `unsupported` for a blank text without one, which would have none the next time either;
 * otherwise `provider_invalid_reply`.
 */
export function expectVectors(
  { messages }: ModelRequest,
  { parts }: Chunk,
  start: EmbeddingBatch['start'] | undefined,
): void {
  const texts = messages.flatMap(({ content }) => content);
  const vectors = parts.flatMap((part) => (part.type === 'opaque' ? [part.value.embedding] : []));
  if (vectors.length !== texts.length) {
    throw new ConclaveError(
      'provider_invalid_reply',
      `The provider sent ${vectors.length} vectors for ${texts.length} texts, so they cannot be matched.`,
    );
  }
  const at = vectors.findIndex(isEmpty);
  if (at === -1) return;
  const param = start === undefined && texts.length === 1 ? 'input' : `input.${(start ?? 0) + at}`;
  const text = texts[at];
  if (text?.type !== 'text' || text.text.trim() !== '') {
    throw new ConclaveError('provider_invalid_reply', `The provider sent no vector for ${param}.`, { param });
  }
  throw new ConclaveError(
    'unsupported',
    `${param} is blank, and the model has no vector for it; leave it out.`,
    {
      param,
    },
  );
}

/** Whether it has no numbers, or no bytes of any. */
function isEmpty(vector: JsonValue | undefined): boolean {
  return !vector || (Array.isArray(vector) && vector.length === 0);
}
