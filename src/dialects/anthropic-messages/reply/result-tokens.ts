import { bytesPerToken, mediaCharactersPerToken } from '../../../core/estimate-tokens.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import type { Tokens } from '../../../core/units.ts';
import { textOf } from '../../fields/loose-fields.ts';

/**
 * Estimates how many tokens a block puts into the prompt if it holds the result of a tool that Anthropic ran, such as
 * found pages. What the client cannot read is encrypted, in Base64; a fetched PDF is a document in Base64.
 */
export function resultTokens({ type, content }: JsonObject): Tokens {
  return textOf(type).endsWith('_tool_result') ? Math.ceil(tokensOf(content)) : 0;
}

function tokensOf(value: JsonValue | undefined): number {
  if (typeof value === 'string') return Buffer.byteLength(value) / bytesPerToken;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + tokensOf(one), 0);
  if (!isJsonObject(value)) return 0;
  if (value.type === 'base64') return textOf(value.data).length / mediaCharactersPerToken;
  return Object.entries(value).reduce((sum, [member, one]) => {
    const tokens = tokensOf(one);
    return sum + (member.startsWith('encrypted_') ? tokens * (3 / 4) : tokens);
  }, 0);
}
