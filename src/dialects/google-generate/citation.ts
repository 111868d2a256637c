import type { JsonObject } from '../../core/json.ts';
import type { Citation } from '../../core/stream-part.ts';
import { nameOf, objectOf, objectsOf } from '../loose-fields.ts';

/** The sources of a grounded answer, each with the first words that it supports. */
export function readCitations(grounding: JsonObject): Citation[] {
  const supports = objectsOf(grounding.groundingSupports);
  return objectsOf(grounding.groundingChunks).map((chunk, index) => {
    const source = objectOf(chunk.web ?? chunk.retrievedContext ?? chunk.maps);
    const support = supports.find(
      ({ groundingChunkIndices: indices }) => Array.isArray(indices) && indices.includes(index),
    );
    const url = nameOf(source.uri);
    const title = nameOf(source.title);
    const text = nameOf(objectOf(support?.segment).text) ?? nameOf(source.text);
    return {
      ...(url && { url }),
      ...(title && { title }),
      ...(text && { text }),
      raw: chunk,
      dialect: 'google-generate',
    };
  });
}

/** Citations for a client; another provider's become sources on the web. */
export function writeCitations(citations: readonly Citation[]): JsonObject {
  if (citations.length === 0) return {};
  const groundingChunks = citations.map(({ url, title, raw, dialect }) =>
    dialect === 'google-generate' ? raw : { web: { ...(url && { uri: url }), ...(title && { title }) } },
  );
  return { groundingMetadata: { groundingChunks } };
}
