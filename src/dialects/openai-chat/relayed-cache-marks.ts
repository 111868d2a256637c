import type { WireTarget } from '../../core/wire/dialect.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { objectsOf } from '../loose-fields.ts';
import { knownName } from '../known-name.ts';
import { surplusMarks } from '../makers/claude/cache-marks.ts';

/**
 * Returns the tools and messages of a relayed body with no more cache marks than Claude accepts, the last ones; empty
 * if nothing must change.
 */
export function withinRelayedMarks(
  { tools, messages }: JsonObject,
  target: Pick<WireTarget, 'model' | 'knownAs' | 'quirks'>,
  warnings: string[],
): JsonObject {
  if (!target.quirks.cacheControl) return {};
  const parts = objectsOf(messages).flatMap(({ content }) => objectsOf(content));
  const marked = [...objectsOf(tools), ...parts].filter((part) => isJsonObject(part.cache_control));
  const surplus = surplusMarks(marked.length, knownName(target), warnings);
  if (surplus === 0) return {};
  const unmarked = withoutMarks(new Set(marked.slice(0, surplus)));
  return {
    ...(Array.isArray(tools) && { tools: tools.map(unmarked) }),
    messages: objectsOf(messages).map((message) =>
      Array.isArray(message.content) ? { ...message, content: message.content.map(unmarked) } : message,
    ),
  };
}

function withoutMarks(surplus: ReadonlySet<JsonValue>): (part: JsonValue) => JsonValue {
  return (part) => {
    if (!isJsonObject(part) || !surplus.has(part)) return part;
    const { cache_control: _mark, ...rest } = part;
    return rest;
  };
}
