import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';

/**
 * Returns how many bytes of text a block puts into the prompt if it holds the result of a tool that Anthropic ran, such
 * as found pages. What the client cannot read is encrypted, in Base64.
 */
export function resultBytes({ type, content }: JsonObject): number {
  return typeof type === 'string' && type.endsWith('_tool_result') ? bytesOf(content) : 0;
}

function bytesOf(value: JsonValue | undefined): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + bytesOf(one), 0);
  if (!isJsonObject(value)) return 0;
  return Object.entries(value).reduce((sum, [member, one]) => {
    const bytes = bytesOf(one);
    return sum + (member.startsWith('encrypted_') ? Math.ceil((bytes * 3) / 4) : bytes);
  }, 0);
}
