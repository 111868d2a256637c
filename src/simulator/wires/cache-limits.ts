import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { refuse } from '../problem.ts';
import { isObject, listOf, objectOf } from '../read-json.ts';

const most = 4;

/** Refuses a fifth cache point of a Converse request, and cache points where its model accepts none. */
export function checkCachePoints({ toolConfig, system, messages }: JsonObject, model: string): void {
  const tools = listOf(objectOf(toolConfig)['tools']).map(objectOf);
  const pointAt = tools.findIndex(isCachePoint);
  if (pointAt >= 0 && model.includes('nova')) {
    refuse(
      `Malformed input request: #/toolConfig/tools/${pointAt}: extraneous key [cachePoint] is not permitted, please reformat your input and try again.`,
    );
  }
  const blocks = [...tools, ...listOf(system).map(objectOf), ...contentOf(messages)];
  checkCount(blocks.filter(isCachePoint).length);
}

/** Refuses a fifth block with `cache_control`; the one next to the messages counts too. */
export function checkCacheControls(body: JsonObject): void {
  const blocks = [...listOf(body['tools']), ...listOf(body['system'])].map(objectOf);
  const turns = contentOf(body['messages']);
  const inResults = turns.flatMap((block) => listOf(block['content']).map(objectOf));
  const marked = [body, ...blocks, ...turns, ...inResults].filter((one) => isObject(one['cache_control']));
  checkCount(marked.length);
}

function checkCount(marks: number): void {
  if (marks > most) refuse(`A maximum of ${most} blocks with cache_control may be provided. Found ${marks}.`);
}

function contentOf(messages: JsonValue | undefined): JsonObject[] {
  return listOf(messages).flatMap((message) => listOf(objectOf(message)['content']).map(objectOf));
}

const isCachePoint = ({ cachePoint }: JsonObject) => isObject(cachePoint);
