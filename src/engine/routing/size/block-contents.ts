import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json/json.ts';

/** An image, or the Base64 of another medium. */
export type BlockMedium = { readonly isImage: true } | { readonly isImage: false; readonly data: string };

/** Where a block holds media. The path leads through lists to a Base64, a URL, or a source with one of them. */
type Place = { readonly path: readonly string[]; readonly isImage: boolean };

/**
 * By the block's type, or its only member: nowhere else does a provider look for bytes, and what is not there is billed
 * as text, letter by letter, even if it looks like an image.
 */
const places: ReadonlyMap<string, Place> = new Map([
  // Anthropic: https://docs.claude.com/en/api/messages
  ['document', { path: ['source', 'content', 'source'], isImage: true }],
  ['web_fetch_tool_result', { path: ['content', 'content', 'source'], isImage: false }],
  // OpenAI: https://platform.openai.com/docs/api-reference/responses/create
  ['image_generation_call', { path: ['result'], isImage: true }],
  ['computer_call_output', { path: ['output', 'image_url'], isImage: true }],
  ['code_interpreter_call', { path: ['outputs', 'url'], isImage: true }],
  // Bedrock: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_VideoBlock.html
  ['video', { path: ['video', 'source'], isImage: false }],
  // vLLM and OpenRouter, in Chat Completions.
  ['video_url', { path: ['video_url', 'url'], isImage: false }],
]);

/** Separates what a block contains that only its own dialect understands: its media, and the JSON without them. */
export function blockContents(block: JsonObject): {
  readonly text: string;
  readonly media: readonly BlockMedium[];
} {
  const media: BlockMedium[] = [];
  const place = places.get(typeof block.type === 'string' ? block.type : (Object.keys(block)[0] ?? ''));
  const rest = place ? withoutMedia(block, place, media) : block;
  return { text: JSON.stringify(rest), media };
}

function withoutMedia(value: JsonValue, { path, isImage }: Place, media: BlockMedium[]): JsonValue {
  if (Array.isArray(value)) return value.map((one) => withoutMedia(one, { path, isImage }, media));
  const [member, ...deeper] = path;
  if (member === undefined) return withoutBytes(value, isImage, media);
  const inner = isJsonObject(value) ? value[member] : undefined;
  if (!isJsonObject(value) || inner === undefined) return value;
  return { ...value, [member]: withoutMedia(inner, { path: deeper, isImage }, media) };
}

/** An image at an address is an image, too, but its address stays. */
function withoutBytes(value: JsonValue, isImage: boolean, media: BlockMedium[]): JsonValue {
  if (isJsonObject(value)) {
    const member = value.type === 'base64' ? 'data' : 'bytes';
    const bytes = value[member];
    if (typeof bytes === 'string') return { ...value, [member]: withoutBytes(bytes, isImage, media) };
    if (isImage && (value.type === 'url' || value.type === 'file')) media.push({ isImage });
    return value;
  }
  if (typeof value !== 'string') return value;
  const [head = ''] = dataUrl.exec(value) ?? [];
  const data = value.slice(head.length);
  if (base64.test(data.trimEnd())) {
    media.push(isImage ? { isImage } : { isImage, data });
    return '';
  }
  if (isImage && address.test(value)) media.push({ isImage });
  return value;
}

const dataUrl = /^data:[^,]{0,200};base64,/;
/** Also with line breaks, and in the alphabet of URLs. No two parts of it match the same character: it takes no search. */
const base64 = /^[A-Za-z0-9+/_\r\n-]+={0,2}$/;
const address = /^https?:/;
