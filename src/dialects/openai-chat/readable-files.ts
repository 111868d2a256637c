import type { WireTarget } from '../../core/wire/dialect.ts';
import type { DocumentSource } from '../../core/wire/document-source.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { readFile } from './read-messages.ts';

/** Writes a document's text as a text part: few providers of this dialect support any other. */
export function textPart(
  { text }: Extract<DocumentSource, { kind: 'text' }>,
  title: string | undefined,
): JsonObject {
  return { type: 'text', text: title === undefined ? text : `${title}:\n\n${text}` };
}

/**
 * Converts text files in a relayed message into text parts, unless the model is known to support files. A message
 * without such a file is returned unchanged.
 */
export function withReadableFiles(
  message: JsonObject,
  { capabilities }: Pick<WireTarget, 'capabilities'>,
): JsonObject {
  const { content } = message;
  if (capabilities?.documents || !Array.isArray(content)) return message;
  const readable = content.map(readablePart);
  return readable.some((part, at) => part !== content[at]) ? { ...message, content: readable } : message;
}

function readablePart(part: JsonValue): JsonValue {
  if (!isJsonObject(part) || part.type !== 'file' || !isJsonObject(part.file)) return part;
  const { source, title } = readFile(part.file, 'file');
  return source.kind === 'text' ? textPart(source, title) : part;
}
