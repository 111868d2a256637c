import { ConclaveError } from '../../core/errors.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { noUsage } from '../../core/money/usage.ts';
import type { Tokens } from '../../core/units.ts';

/** Returns the texts to embed, in order. */
export function textsOf({ messages }: ModelRequest): string[] {
  return messages.flatMap(({ content }) =>
    content.flatMap((part) => (part.type === 'text' ? [part.text] : [])),
  );
}

/**
 * Returns the texts to embed, in order, for a provider that reads nothing else. @throws ConclaveError `unsupported` if
 * the client has sent tokens.
 */
export function plainTexts(request: ModelRequest, model: string): string[] {
  if (request.embedding?.tokens) throw tokensUnread(model);
  return textsOf(request);
}

/** Returns the error for tokens that only the models they were made for can read. */
export function tokensUnread(model: string): ConclaveError {
  return new ConclaveError(
    'unsupported',
    `Tokens instead of texts: only OpenAI's own models read OpenAI's tokens, not ${model}; send texts (LangChain: check_embedding_ctx_length=False).`,
    { param: 'input' },
  );
}

/** Returns a provider's vectors as parts (an empty one for a text that has none), with `tokens` if it counts them and with the cost that it reports. */
export function embeddingParts(
  vectors: readonly JsonValue[],
  tokens?: Tokens,
  charged: { readonly chargedNanoUsd?: number } = {},
): StreamPart[] {
  const usage: StreamPart[] =
    tokens === undefined ? [] : [{ type: 'usage', usage: { ...noUsage, input: tokens }, ...charged }];
  if (vectors.length === 0) return [...usage, { type: 'error', error: noVectors(), counted: true }];
  return [
    { type: 'start' },
    ...vectors.map((embedding, index): StreamPart => {
      const value = { object: 'embedding', index, embedding };
      return { type: 'opaque', index, dialect: 'openai-chat', value };
    }),
    ...usage,
    { type: 'finish', reason: 'stop' },
  ];
}

/** Returns the number at a field in which a provider counts tokens. */
export function tokensAt(usage: JsonObject, member: string): Tokens | undefined {
  const count = usage[member];
  return typeof count === 'number' && count >= 0 ? count : undefined;
}

function noVectors(): ConclaveError {
  return new ConclaveError('provider_invalid_reply', 'The provider sent a reply without a vector in it.');
}
