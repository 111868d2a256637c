import type { DocumentPart, MediaSource } from '../../core/wire/content.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import { dataUrl } from '../media/data-url.ts';
import { fileName } from '../media/file-name.ts';
import { unsupportedBy } from '../messages/write-opaque.ts';
import { readFile } from './read-messages.ts';

/**
 * Writes a document in the provider's form. Its text is always a text part: few providers of this dialect support any
 * other. @throws ConclaveError `unsupported` if the provider accepts none, or not from there, or not of that type.
 */
export function writeDocument(
  { source, title }: DocumentPart,
  { documentPart = 'file', documentTypes }: Quirks,
): JsonObject {
  if (source.kind === 'text')
    return { type: 'text', text: title === undefined ? source.text : `${title}:\n\n${source.text}` };
  if (documentPart === 'none') throw unsupportedBy('openai-chat', 'A document');
  if (source.kind === 'file') {
    if (source.dialect !== 'openai-chat') throw unsupportedBy('openai-chat', 'A document by file id');
    const file_id = source.fileId;
    return documentPart === 'file' ? { type: 'file', file: { file_id } } : { type: 'file', file_id };
  }
  if (documentPart === 'document_url') {
    const document_url = source.kind === 'url' ? source.url : dataUrl(source);
    return { type: 'document_url', document_url, ...(title !== undefined && { document_name: title }) };
  }
  if (source.kind === 'url')
    throw unsupportedBy('openai-chat', 'A document by URL, instead of its bytes as base64,');
  refuseOtherTypes(source, documentTypes);
  const filename = fileName(title, source.mediaType);
  return { type: 'file', file: { filename, file_data: dataUrl(source) } };
}

/**
 * Converts files in a relayed message: text files into text parts, and all files into the provider's own form, if it has
 * one. A message without such a file is returned unchanged.
 * @throws ConclaveError `unsupported` for files that the provider does not accept.
 */
export function withAcceptedFiles(message: JsonObject, quirks: Quirks): JsonObject {
  const { content } = message;
  if (!Array.isArray(content)) return message;
  const takesFiles = quirks.documentPart === undefined || quirks.documentPart === 'file';

  function accepted(part: JsonValue): JsonValue {
    if (!isJsonObject(part) || part.type !== 'file' || !isJsonObject(part.file)) return part;
    const document = readFile(part.file, 'file');
    if (takesFiles && document.source.kind !== 'text') {
      refuseOtherTypes(document.source, quirks.documentTypes);
      return part;
    }
    const { type: _type, file: _file, ...marks } = part;
    return { ...writeDocument(document, quirks), ...marks };
  }

  const changed = content.map(accepted);
  return changed.some((part, at) => part !== content[at]) ? { ...message, content: changed } : message;
}

function refuseOtherTypes(source: MediaSource, types: Quirks['documentTypes']): void {
  if (!types || source.kind !== 'base64' || types.includes(source.mediaType)) return;
  throw unsupportedBy('openai-chat', `A document of type "${source.mediaType}"`);
}
