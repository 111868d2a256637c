import type { ContentPart } from '../../core/wire/content.ts';
import type { MemberEdit, WireTarget } from '../../core/wire/dialect.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';

/**
 * The line for Anthropic with which Claude Code begins its system prompt. It differs in every call, so prompt caches of
 * other providers would never hit, and Bedrock rejects it as a reserved keyword.
 */
const attribution = /^x-anthropic-billing-header:[^\n]*\n*/;

/** Returns a system prompt without the attribution line. */
export function withoutAttribution(content: readonly ContentPart[]): readonly ContentPart[] {
  return content.flatMap((part) => {
    if (part.type !== 'text' || !attribution.test(part.text)) return part;
    const text = part.text.replace(attribution, '');
    return text === '' ? [] : { ...part, text };
  });
}

/**
 * Returns the edits that remove the attribution line from a relayed request. Only providers with the quirk
 * `takesAttribution` receive the line.
 */
export function attributionEdits(
  { system }: JsonObject,
  { quirks }: Pick<WireTarget, 'quirks'>,
): MemberEdit[] {
  if (quirks.takesAttribution || !beginsWithLine(system)) return [];
  if (typeof system === 'string') {
    return [{ member: 'system', value: system.replace(attribution, '') || undefined }];
  }
  const blocks = Array.isArray(system) ? system.flatMap(blockWithoutLine) : [];
  return [{ member: 'system', value: blocks.length > 0 ? blocks : undefined }];
}

function beginsWithLine(system: JsonValue | undefined): boolean {
  if (typeof system === 'string') return attribution.test(system);
  return Array.isArray(system) && system.some((block) => attribution.test(textOf(block)));
}

function blockWithoutLine(block: JsonValue): JsonValue[] {
  const text = textOf(block);
  if (!isJsonObject(block) || !attribution.test(text)) return [block];
  const rest = text.replace(attribution, '');
  return rest === '' ? [] : [{ ...block, text: rest }];
}

function textOf(block: JsonValue): string {
  return isJsonObject(block) && typeof block.text === 'string' ? block.text : '';
}
