import { appendAll } from '../../core/lists/append-all.ts';
import type { CollectedReply } from '../../core/wire/collected-reply.ts';
import type { EmbeddingCodec, RelayRequest, ReplyContext, WireRequest } from '../../core/wire/dialect.ts';
import type { MemberEdit, WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { estimateTokens } from '../../core/estimate-tokens.ts';
import { promptTokens } from '../../core/money/usage.ts';
import { quirkEdits } from '../request/quirk-edits.ts';
import { carryExtras } from '../fields/carry-extras.ts';
import { chargedCost } from '../billing/charged-cost.ts';
import { embeddingParts, textsOf, tokensAt, tokensUnread } from '../embeddings/embedding-parts.ts';
import { furtherFields } from '../fields/further-fields.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import { serviceTerms } from '../billing/service-terms.ts';
import { readOpenAiErrorEvent } from '../openai/read-openai-error.ts';
import { choice, count, refuse, string } from '../fields/strict-fields.ts';
import { vectorEncoding } from './vector-encoding.ts';

const path = '/embeddings';
const named = new Set(['model', 'input', 'dimensions', 'encoding_format', 'user']);
const encodingFormat = choice('float', 'base64');

/** Reads a client's request for embeddings. */
function readRequest(body: JsonObject): ModelRequest {
  const { texts, tokens } = readInput(body.input);
  const dimensions = count.optional(body, 'dimensions');
  const encoding = encodingFormat.optional(body, 'encoding_format');
  const user = string.optional(body, 'user');
  return {
    model: string.required(body, 'model'),
    stream: false,
    messages: [{ role: 'user', content: texts.map((text) => ({ type: 'text', text })) }],
    embedding: {
      ...(dimensions !== undefined && { dimensions }),
      ...(encoding && { encoding }),
      ...(tokens && { tokens }),
    },
    // An embedding has no output, so no output tokens need to be reserved.
    maxOutputTokens: 0,
    ...(user !== undefined && { user }),
    origin: 'openai-chat',
    extras: furtherFields(body, { named }, serviceTerms),
  };
}

/** Reads one text or several, or the tokens of one text or several. Tokens are measured as a text of their numbers. */
function readInput(input: JsonValue | undefined): { texts: string[]; tokens?: readonly JsonValue[] } {
  const wanted = 'a text, an array of texts, or tokens';
  if (typeof input === 'string') return { texts: [input] };
  if (!Array.isArray(input) || input.length === 0) return refuse('input', wanted, input);
  if (input.every((item) => typeof item === 'string')) return { texts: input };
  if (isTokens(input)) return { texts: [input.join(' ')], tokens: [input] };
  if (typeof input[0] === 'string') refuseOther(input, 'a text', (item) => typeof item === 'string');
  if (typeof input[0] === 'number') refuseOther(input, 'a token', Number.isSafeInteger);
  const texts = input.map((item, at) =>
    Array.isArray(item) && isTokens(item) ? item.join(' ') : refuse(`input.${at}`, wanted, item),
  );
  return { texts, tokens: input };
}

/** Names the first element that is not like the others. @throws ConclaveError `invalid_request` */
function refuseOther(list: readonly JsonValue[], wanted: string, isOne: (item: JsonValue) => boolean): void {
  const at = list.findIndex((item) => !isOne(item));
  if (at >= 0) refuse(`input.${at}`, wanted, list[at]);
}

function isTokens(list: readonly JsonValue[]): boolean {
  return list.length > 0 && list.every((item) => Number.isSafeInteger(item));
}

function writeRequest(request: ModelRequest, target: WireTarget): WireRequest {
  const warnings: string[] = [];
  const extras = carryExtras({ request, warnings }, 'openai-chat');
  const { embedding, user } = request;
  const body: JsonObject = {
    model: target.model,
    input: inputOf(request, target),
    ...(embedding?.dimensions !== undefined && { dimensions: embedding.dimensions }),
    ...(user !== undefined && { user }),
    ...Object.fromEntries(extras.map(({ name, value }) => [name, value])),
  };
  for (const { member, value } of quirkEdits(body, { target, warnings })) body[member] = value;
  return { path, headers: {}, body, warnings };
}

/** @throws ConclaveError `unsupported` for tokens that the provider does not embed. */
function inputOf(request: ModelRequest, { model, quirks }: WireTarget): JsonValue[] {
  const tokens = request.embedding?.tokens;
  if (tokens && quirks.embedsTokens === false) throw tokensUnread(model);
  return [...(tokens ?? textsOf(request))];
}

function relayRequest(body: JsonObject, request: ModelRequest, target: WireTarget): RelayRequest {
  inputOf(request, target);
  const warnings: string[] = [];
  const edits: MemberEdit[] = body.model === target.model ? [] : [{ member: 'model', value: target.model }];
  appendAll(edits, quirkEdits(body, { target, warnings }));
  return { path, headers: {}, edits, warnings };
}

function readReply(body: JsonObject, quirks: Quirks): StreamPart[] {
  if (body.error) return [{ type: 'error', error: readOpenAiErrorEvent(body) }];
  const vectors = inOrder(objectsOf(body.data)).map(({ embedding }) => embedding ?? []);
  const usage = objectOf(body.usage);
  return embeddingParts(vectors, tokensAt(usage, 'prompt_tokens'), chargedCost(usage, quirks));
}

/** A server may send the vectors in another order than that of the texts, as their `index` shows. */
function inOrder(items: readonly JsonObject[]): readonly JsonObject[] {
  const places = new Set(items.map(({ index }) => index).filter(Number.isSafeInteger));
  if (places.size < items.length) return items;
  return items.toSorted((one, other) => Number(one.index) - Number(other.index));
}

function encodeReply(body: JsonObject, request: ModelRequest): JsonObject | undefined {
  const encoded = vectorEncoding(request);
  const items = objectsOf(body.data);
  const vectors = items.map(({ embedding }) => encoded(embedding));
  if (items.every(({ embedding }, at) => embedding === vectors[at])) return undefined;
  return { ...body, data: items.map((item, at) => ({ ...item, embedding: vectors[at] })) };
}

function writeReply({ blocks, usage }: CollectedReply, context: ReplyContext): JsonObject {
  const encoded = vectorEncoding(context.request);
  // Clients always get a usage; if the provider reports none (Gemini), the tokens are estimated.
  const texts = textsOf(context.request);
  const tokens = usage ? promptTokens(usage) : texts.reduce((sum, text) => sum + estimateTokens(text), 0);
  return {
    object: 'list',
    data: blocks.flatMap((block) => {
      if (block.type !== 'opaque' || block.value.object !== 'embedding') return [];
      return [{ ...block.value, embedding: encoded(block.value.embedding) }];
    }),
    model: context.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** Embeddings of OpenAI and of all providers that use its format. */
export const embeddings: EmbeddingCodec = {
  readRequest,
  writeRequest,
  relayRequest,
  readReply,
  encodeReply,
  writeReply,
};
