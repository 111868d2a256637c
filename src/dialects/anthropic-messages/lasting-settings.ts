import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import { changesTools } from './tool-changes.ts';

/** Returns the part of a system message that holds for the rest of the conversation, whatever is still shown of it. */
export function lastingSettings(message: JsonValue): JsonObject[] {
  const { role, content, output_config: config } = objectOf(message);
  if (role !== 'system') return [];
  const changes = objectsOf(content).filter(changesTools);
  const sets = (config ?? undefined) !== undefined;
  return changes.length > 0 || sets
    ? [{ role, ...(sets && { output_config: config }), content: changes }]
    : [];
}
