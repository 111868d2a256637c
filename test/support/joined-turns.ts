import type { ContentPart } from '../../src/core/wire/content.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import type { ModelRequest } from '../../src/core/wire/request.ts';

/**
 * A request as plain JSON, with neighbouring turns of one role joined, as providers that require alternating turns read
 * them.
 */
export function joinedTurns(request: ModelRequest): JsonObject {
  const turns: { role: string; content: ContentPart[] }[] = [];
  for (const { role, content } of request.messages) {
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content: [...content] });
  }
  return JSON.parse(JSON.stringify({ ...request, messages: turns })) as JsonObject;
}
