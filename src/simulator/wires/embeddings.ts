import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { usualDimensions, type EmbedAsked, type Embedded } from '../embed.ts';
import { refuse } from '../problem.ts';
import { listOf, member, numberOf, objectOf, textOf } from '../read-json.ts';

/** How a wire format requests and returns embeddings. */
export type EmbedWire = {
  /** @throws Refused */
  readonly read: (body: JsonObject, model: string) => EmbedAsked;
  readonly write: (embedded: Embedded, body: JsonObject) => JsonObject;
};

export const openaiEmbeddings: EmbedWire = {
  read: (body) => {
    const model = textOf(body['model']);
    if (!model) refuse('you must provide a model parameter');
    const texts = textsIn(body['input']);
    if (texts.length === 0) refuse("'$.input' is invalid. Please check the API reference.", 'input');
    return asked(model, texts, body['dimensions']);
  },
  write: ({ vectors, tokens, asked: { model } }, body) => ({
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: body['encoding_format'] === 'base64' ? packed(vector) : vector,
    })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }),
};

export const googleEmbed: EmbedWire = {
  read: (body, model) => asked(model, [googleText(body)], member(body, 'outputDimensionality')),
  write: ({ vectors: [values = []] }) => ({ embedding: { values } }),
};

export const googleBatchEmbed: EmbedWire = {
  read: (body, model) => {
    const requests = listOf(body['requests']).map(objectOf);
    if (requests.length > 100)
      refuse('* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch\n');
    return asked(model, requests.map(googleText), member(requests[0] ?? {}, 'outputDimensionality'));
  },
  write: ({ vectors }) => ({ embeddings: vectors.map((values) => ({ values })) }),
};

export const ollamaEmbed: EmbedWire = {
  read: (body) => asked(textOf(body['model']), textsIn(body['input'] ?? body['prompt']), body['dimensions']),
  write: ({ vectors, tokens, asked: { model } }, body) =>
    body['prompt'] === undefined
      ? {
          model,
          embeddings: [...vectors],
          total_duration: 1_000_000,
          load_duration: 1_000,
          prompt_eval_count: tokens,
        }
      : { embedding: vectors[0] ?? [] },
};

/** Bedrock's `invoke`: Titan's or Nova's body for one text, Cohere's for several. */
export const bedrockEmbed: EmbedWire = {
  read: (body, model) => {
    const nova = objectOf(body['singleEmbeddingParams']);
    if (body['inputText'] === '')
      refuse(
        'Malformed input request: #/inputText: expected minLength: 1, actual: 0, please reformat your input and try again.',
      );
    const texts = textsIn(body['texts'] ?? body['inputText'] ?? objectOf(nova['text'])['value']);
    if (texts.length > 96)
      refuse(
        `Malformed input request: #/texts: expected maximum item count: 96, found: ${texts.length}, please reformat your input and try again.`,
      );
    return asked(model, texts, body['dimensions'] ?? body['output_dimension'] ?? nova['embeddingDimension']);
  },
  write: ({ vectors, tokens, asked: { texts } }, body) => {
    if (body['singleEmbeddingParams'] !== undefined)
      return { embeddings: [{ embeddingType: 'TEXT', embedding: vectors[0] ?? [] }] };
    return body['texts'] === undefined
      ? { embedding: vectors[0] ?? [], inputTextTokenCount: tokens }
      : { id: 'simulated', texts: [...texts], embeddings: [...vectors], response_type: 'embeddings_floats' };
  },
};

function asked(model: string, texts: readonly string[], dimensions: JsonValue | undefined): EmbedAsked {
  return { model, texts, dimensions: numberOf(dimensions) ?? usualDimensions(model) };
}

/** One text, several texts, or token numbers, which are treated as a text of those numbers. */
function textsIn(input: JsonValue | undefined): string[] {
  if (typeof input === 'string') return input === '' ? [] : [input];
  const items = listOf(input);
  if (typeof items[0] === 'number') return [items.join(' ')];
  return items.map((item) => (Array.isArray(item) ? item.join(' ') : textOf(item)));
}

function googleText(request: JsonObject): string {
  return listOf(objectOf(request['content'])['parts'])
    .map((part) => textOf(objectOf(part)['text']))
    .join('\n');
}

/** Little-endian 32-bit floats in base64, as the official clients request. */
function packed(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
