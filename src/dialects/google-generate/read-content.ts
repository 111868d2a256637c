import type { ContentPart, MediaSource } from '../../core/wire/content.ts';
import { documentSource } from '../../core/wire/document-source.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { CallIds } from '../tools/call-ids.ts';
import { inlineMedia } from '../media/inline-media.ts';
import { array, object, string } from '../fields/strict-fields.ts';
import { camelCase } from './proto-fields.ts';
import { noSignature, sealSignature, type SignedPart } from '../makers/gemini-signatures.ts';
import { readProof } from './client-proof.ts';

/** Reads a client's parts. */
export function readContent(parts: readonly JsonValue[], at: string, ids: CallIds): ContentPart[] {
  return parts.flatMap((value, index) => {
    const path = `${at}.${index}`;
    return readPart(camelCase(object.check(value, path)), path, ids);
  });
}

function readPart(part: JsonObject, at: string, ids: CallIds): ContentPart[] {
  const signature = string.optional(part, 'thoughtSignature', at);
  if (part.functionCall !== undefined && part.functionCall !== null)
    return readCall(part, signature, at, ids);
  if (part.functionResponse !== undefined && part.functionResponse !== null)
    return [readResponse(part, at, ids)];
  if (part.text !== undefined && part.text !== null) return readText(part, signature, at);
  if (part.inlineData !== undefined) {
    const data = camelCase(object.required(part, 'inlineData', at));
    const mimeType = string.required(data, 'mimeType', `${at}.inlineData`);
    const source = inlineMedia(mimeType, string.required(data, 'data', `${at}.inlineData`));
    return [
      media(source.mediaType, source),
      ...signed(signature, { at: source.mediaType.startsWith('image/') ? 'image' : 'text' }),
    ];
  }
  if (part.fileData !== undefined) return [readFile(part, at)];
  const { thoughtSignature: _, ...value } = part;
  return [...signed(signature, { at: 'part' }), { type: 'opaque', dialect: 'google-generate', value }];
}

function readText(part: JsonObject, signature: string | undefined, at: string): ContentPart[] {
  const text = string.required(part, 'text', at);
  if (part.thought !== true) {
    return [...(text === '' ? [] : [{ type: 'text', text } as const]), ...signed(signature, { at: 'text' })];
  }
  const [proof] = signed(signature, { at: 'thought' });
  return [proof?.type === 'reasoning' ? { ...proof, text } : { type: 'reasoning', text }];
}

function readCall(part: JsonObject, signature: string | undefined, at: string, ids: CallIds): ContentPart[] {
  const path = `${at}.functionCall`;
  const call = camelCase(object.required(part, 'functionCall', at));
  const name = string.required(call, 'name', path);
  const id = ids.called(name, string.optional(call, 'id', path));
  const args = object.optional(call, 'args', path) ?? {};
  return [
    ...signed(signature, { at: 'call', callId: id }),
    { type: 'tool-call', id, name, arguments: JSON.stringify(args) },
  ];
}

function readResponse(part: JsonObject, at: string, ids: CallIds): ContentPart {
  const path = `${at}.functionResponse`;
  const found = camelCase(object.required(part, 'functionResponse', at));
  const response = object.optional(found, 'response', path) ?? {};
  const inner = array.optional(found, 'parts', path) ?? [];
  return {
    type: 'tool-result',
    callId: ids.answered(string.required(found, 'name', path), string.optional(found, 'id', path)),
    content: [{ type: 'text', text: responseText(response) }, ...readContent(inner, `${path}.parts`, ids)],
    isError: isFailure(response),
  };
}

/** Returns a response that is only a text as that text, and any other as its JSON. */
function responseText(response: JsonObject): string {
  const [only, ...others] = Object.entries(response);
  const plain = others.length === 0 && only !== undefined && ['output', 'error'].includes(only[0]);
  return plain && typeof only[1] === 'string' ? only[1] : JSON.stringify(response);
}

function isFailure(response: JsonObject): boolean {
  return Object.keys(response).length === 1 && response.error !== undefined;
}

function readFile(part: JsonObject, at: string): ContentPart {
  const path = `${at}.fileData`;
  const file = camelCase(object.required(part, 'fileData', at));
  const url = string.required(file, 'fileUri', path);
  const mediaType = string.optional(file, 'mimeType', path);
  // A file in Google's own store has no meaning for other providers.
  const stored = /^gs:|\/v1(?:beta)?\/files\/|^files\//.test(url);
  const source: MediaSource = stored
    ? { kind: 'file', fileId: url, dialect: 'google-generate' }
    : { kind: 'url', url, ...(mediaType !== undefined && { mediaType }) };
  return media(mediaType ?? '', source);
}

function media(mediaType: string, source: MediaSource): ContentPart {
  if (mediaType.startsWith('image/')) return { type: 'image', source };
  return mediaType.startsWith('audio/')
    ? { type: 'audio', source }
    : { type: 'document', source: documentSource(source) };
}

/** Returns a signature as a part: Gemini's own is sealed, another dialect's proof is unpacked. */
function signed(signature: string | undefined, part: SignedPart): ContentPart[] {
  if (signature === undefined || signature === noSignature) return [];
  const foreign = readProof(signature);
  if (foreign === undefined) {
    return [{ type: 'reasoning', text: '', signature: sealSignature(signature, part) }];
  }
  return [{ type: 'reasoning', text: '', ...foreign }];
}
