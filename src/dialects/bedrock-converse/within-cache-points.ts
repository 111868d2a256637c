import type { JsonObject } from '../../core/json/json.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import { surplusMarks } from '../makers/claude/cache-marks.ts';

/**
 * Returns a written body with only its last four cache points: Bedrock refuses a fifth, of Nova too. They are counted
 * after writing, because not every mark of a request becomes a cache point.
 */
export function withinCachePoints(body: JsonObject, warnings: string[]): JsonObject {
  const { toolConfig, system, messages } = body;
  // In the order in which Bedrock puts them into the prompt.
  const tools = objectsOf(objectOf(toolConfig).tools);
  const texts = objectsOf(system);
  const turns = objectsOf(messages).map((turn) => ({ ...turn, content: objectsOf(turn.content) }));
  const blocks = [tools, texts, ...turns.map(({ content }) => content)].flat();
  let surplus = surplusMarks(blocks.filter(isCachePoint).length, 'Bedrock', warnings);
  if (surplus === 0) return body;

  function within(list: readonly JsonObject[]): JsonObject[] {
    return list.filter((block) => !isCachePoint(block) || --surplus < 0);
  }

  return {
    ...body,
    ...(toolConfig !== undefined && { toolConfig: { ...objectOf(toolConfig), tools: within(tools) } }),
    ...(system !== undefined && { system: within(texts) }),
    messages: turns.map((turn) => ({ ...turn, content: within(turn.content) })),
  };
}

const isCachePoint = ({ cachePoint }: JsonObject) => cachePoint !== undefined;
