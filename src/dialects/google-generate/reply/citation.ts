import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import type { Citation } from '../../../core/wire/stream-part.ts';
import { nameOf, objectOf, objectsOf } from '../../fields/loose-fields.ts';
import { placesIn, type BytePlace } from '../../citations/text-place.ts';

/** Returns the sources of a grounded answer, each with the first text that it supports. `blockText`: the text of its block so far. */
export function readCitations(grounding: JsonObject, blockText: string): Citation[] {
  const supports = firstSupports(grounding);
  const placeOf = placesIn(blockText);
  return objectsOf(grounding.groundingChunks).map((chunk, index) => {
    const source = objectOf(chunk.web ?? chunk.retrievedContext ?? chunk.maps);
    const support = supports.get(index);
    const url = nameOf(source.uri);
    const title = nameOf(source.title);
    const segment = objectOf(support?.segment);
    const text = nameOf(segment.text) ?? nameOf(source.text);
    const place = support && placeOf(bytePlace(segment));
    return {
      ...(url && { url }),
      ...(title && { title }),
      ...(text && { text }),
      ...(place && { place }),
      raw: chunk,
      dialect: 'google-generate',
    };
  });
}

/** The first text that each source supports, by the source's index. */
function firstSupports(grounding: JsonObject): ReadonlyMap<JsonValue, JsonObject> {
  const first = new Map<JsonValue, JsonObject>();
  for (const support of objectsOf(grounding.groundingSupports)) {
    const { groundingChunkIndices: indices } = support;
    for (const index of Array.isArray(indices) ? indices : [])
      if (!first.has(index)) first.set(index, support);
  }
  return first;
}

/** Gemini counts bytes, and leaves out a start of 0: https://ai.google.dev/api/generate-content#Segment */
function bytePlace({ startIndex, endIndex, text }: JsonObject): BytePlace {
  const from = typeof startIndex === 'number' ? startIndex : 0;
  const to = typeof endIndex === 'number' ? endIndex : undefined;
  return { from, to, words: nameOf(text) };
}

/** Writes citations for a client; another provider's citations become web sources. */
export function writeCitations(citations: readonly Citation[]): JsonObject {
  if (citations.length === 0) return {};
  const groundingChunks = citations.map(({ url, title, raw, dialect }) =>
    dialect === 'google-generate' ? raw : { web: { ...(url && { uri: url }), ...(title && { title }) } },
  );
  return { groundingMetadata: { groundingChunks } };
}
