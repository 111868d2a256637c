import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json/json.ts';
import { typeOfBytes } from '../../../core/wire/type-of-bytes.ts';

/** An image, or the Base64 of another medium. */
export type BlockMedium = { readonly isImage: true } | { readonly isImage: false; readonly data: string };

/**
 * Separates what a block contains that only its own dialect understands: its media, however deep they stand, and the
 * JSON without them.
 */
export function blockContents(block: JsonObject): {
  readonly text: string;
  readonly media: readonly BlockMedium[];
} {
  const media: BlockMedium[] = [];
  const text = JSON.stringify(block, (member, value: JsonValue) => {
    const medium = mediumOf(member, value);
    if (!medium) return value;
    media.push(medium);
    return '';
  });
  return { text, media };
}

function mediumOf(member: string, value: JsonValue): BlockMedium | undefined {
  // Anthropic's images, from anywhere.
  if (isJsonObject(value) && value.type === 'image' && isJsonObject(value.source)) return { isImage: true };
  if (typeof value !== 'string') return undefined;
  const [head = ''] = dataUrl.exec(value) ?? [];
  if (head === '' && !isBase64(member, value)) return undefined;
  const data = value.slice(head.length);
  const type = typeOfBytes(Buffer.from(data.slice(0, shownBy), 'base64'));
  const isImage = head.startsWith('data:image/') || type?.startsWith('image/') === true;
  return isImage ? { isImage } : { isImage, data };
}

const dataUrl = /^data:[^,]*;base64,/;
/** Base64 of the bytes that show a type. */
const shownBy = 24;

/** Where Anthropic and Bedrock put bytes, and OpenAI an image that it drew. */
const bytesMembers: ReadonlySet<string> = new Set(['data', 'bytes', 'result']);
/** What is shorter, may be a word. */
const fewest = 1_000;

function isBase64(member: string, value: string): boolean {
  return bytesMembers.has(member) && value.length >= fewest && /^[A-Za-z0-9+/]+={0,2}$/.test(value);
}
