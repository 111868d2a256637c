import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { RequestDraft } from '../request/draft.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { knownName } from '../request/known-name.ts';
import { mappedList } from '../openai/openai-tool.ts';
import { surplusMarks } from '../makers/claude/cache-marks.ts';
import { isClaude } from '../makers/claude/is-claude.ts';

/**
 * Returns the tools and messages of a relayed body with no more cache marks than Claude accepts, the last ones; empty
 * if nothing must change.
 */
export function withinRelayedMarks(
  { tools, messages }: JsonObject,
  { target, warnings }: RequestDraft,
): JsonObject {
  if (!target.quirks.cacheControl || !isClaude(knownName(target))) return {};
  // Some clients mark a whole message (the AI SDK); that mark stands after those of its parts.
  const turns = objectsOf(messages).flatMap((message) => [...objectsOf(message.content), message]);
  const marked = [...objectsOf(tools), ...turns].filter((one) => isJsonObject(one.cache_control));
  const surplus = surplusMarks(marked.length, 'Claude', warnings);
  if (surplus === 0) return {};
  const unmarked = withoutMarks(new Set(marked.slice(0, surplus)));
  const fewer = mappedList(tools, unmarked);
  return {
    ...(fewer && { tools: fewer }),
    messages: objectsOf(messages).map((message) => {
      const content = mappedList(message.content, unmarked);
      return { ...unmarked(message), ...(content && { content }) };
    }),
  };
}

function withoutMarks(surplus: ReadonlySet<JsonObject>): (one: JsonObject) => JsonObject {
  return (one) => {
    if (!surplus.has(one)) return one;
    const { cache_control: _mark, ...rest } = one;
    return rest;
  };
}
