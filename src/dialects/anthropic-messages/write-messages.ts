import { appendAll } from '../../core/lists/append-all.ts';
import type { ContentPart } from '../../core/wire/content.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { textOf } from '../fields/loose-fields.ts';
import { acceptableIds } from '../tools/acceptable-ids.ts';
import type { ClaudeDraft } from '../makers/claude/draft.ts';
import { isBlank, withoutEndSpace } from '../makers/claude/white-space.ts';
import { shapeTurns } from '../messages/shape-turns.ts';
import { isThought } from './is-thought.ts';
import { writeContent } from './write-content.ts';

/** Writes the system prompt and the turns of a conversation. `addedSystem` is added by Conclave. */
export function writeMessages(draft: ClaudeDraft, addedSystem: readonly ContentPart[]): JsonObject {
  const { request, habits, warnings } = draft;
  const callId = acceptableIds();
  const shape = {
    write: (message: (typeof request.messages)[number]) => writeContent(message, draft, callId),
    writeText: (text: string) => ({ type: 'text', text }),
    isResult: ({ type }: JsonObject) => type === 'tool_result',
    isCall: ({ type }: JsonObject) => type === 'tool_use',
    mayEndAnswer: (block: JsonObject) => !isThought(block),
    isBlank: ({ type, text }: JsonObject) => type === 'text' && isBlank(textOf(text)),
    systemTurns: habits.systemTurns,
    prefill: habits.prefill,
  };
  const { system, turns } = shapeTurns(request.messages, shape, warnings);
  appendAll(system, shape.write({ role: 'system', content: addedSystem }));
  const last = turns.at(-1);
  if (last?.role === 'assistant') last.blocks = withoutEndSpace(last.blocks);
  return {
    ...(system.length > 0 && { system: writeBlocks(system) }),
    messages: turns.map(({ role, blocks }) => ({ role, content: writeBlocks(blocks) })),
  };
}

/** Writes a single plain text as a string: most clients write it so, and every provider reads it. */
function writeBlocks(blocks: JsonObject[]): JsonObject[] | string {
  const [only] = blocks;
  const plain = blocks.length === 1 && only?.type === 'text' && only.cache_control === undefined;
  return plain && typeof only.text === 'string' ? only.text : blocks;
}
