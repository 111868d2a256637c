import type { ContentPart, DocumentSource, MediaSource } from '../../core/wire/content.ts';
import { documentSource } from '../../core/wire/document-source.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ExtraField } from '../../core/wire/request.ts';
import { imagePart, inlineMedia } from '../media/inline-media.ts';
import { readFileData, readMediaUrl } from '../media/data-url.ts';
import { readCacheMark } from '../prompt-cache/openai-prompt-cache.ts';
import { array, object, refuse, string } from '../fields/strict-fields.ts';
import { openWords } from './open-words.ts';

/** The path of the content, and the list for what only OpenAI can interpret. */
export type Site = { readonly at: string; readonly extras: ExtraField[] };

/** Reads the content of a message or of a tool's result: text, or parts. */
export function readContent(value: JsonValue | undefined, site: Site): ContentPart[] {
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', text: value }];
  if (!Array.isArray(value)) refuse(site.at, 'a string or an array of parts', value);
  return array.check(value, site.at).map((part, index) => {
    const at = `${site.at}.${index}`;
    return readPart(object.check(part, at), { ...site, at });
  });
}

function readPart(part: JsonObject, { at, extras }: Site): ContentPart {
  const mark = readCacheMark(part);
  switch (string.required(part, 'type', at)) {
    case 'input_text':
    case 'output_text':
    case 'text':
    case 'summary_text':
    case 'reasoning_text':
      return { type: 'text', text: string.required(part, 'text', at), ...mark };
    case 'refusal':
      return { type: 'refusal', text: string.required(part, 'refusal', at) };
    case 'input_image': {
      const detail = string.optional(part, 'detail', at);
      const source =
        fileOf(part, at) ?? readMediaUrl(string.required(part, 'image_url', at), `${at}.image_url`);
      const shown = imagePart(source);
      if (shown.type !== 'image') return { ...shown, ...mark };
      return { ...shown, ...(detail !== undefined && { detail }), ...mark };
    }
    case 'input_file': {
      const title = string.optional(part, 'filename', at);
      return {
        type: 'document',
        source: documentOf(part, at),
        ...(title !== undefined && { title }),
        ...mark,
      };
    }
    case 'input_audio': {
      const audio = object.required(part, 'input_audio', at);
      const format = string.required(audio, 'format', `${at}.input_audio`);
      const data = string.required(audio, 'data', `${at}.input_audio`);
      return { type: 'audio', source: inlineMedia(`audio/${format}`, data), format };
    }
    default: {
      const words = openWords(part);
      if (words !== undefined) return { type: 'text', text: words };
      // An unknown type: only OpenAI can interpret it.
      extras.push({ name: at, fieldClass: 'pinning', value: part });
      return { type: 'opaque', dialect: 'openai-responses', value: part, inMessage: true };
    }
  }
}

function fileOf(part: JsonObject, at: string): MediaSource | undefined {
  const fileId = string.optional(part, 'file_id', at);
  return fileId === undefined ? undefined : { kind: 'file', fileId, dialect: 'openai-responses' };
}

function documentOf(part: JsonObject, at: string): DocumentSource {
  const uploaded = fileOf(part, at);
  if (uploaded) return uploaded;
  const url = string.optional(part, 'file_url', at);
  if (url !== undefined) return { kind: 'url', url };
  return documentSource(readFileData(string.required(part, 'file_data', at), `${at}.file_data`));
}
