import type { ContentPart, Message } from '../../core/content.ts';
import type { JsonObject } from '../../core/json.ts';
import { acceptableIds } from '../acceptable-ids.ts';
import type { Draft } from './draft.ts';
import { writeContent } from './write-content.ts';

type Turn = { readonly role: Message['role']; blocks: JsonObject[] };

/** The system prompt and the turns of a conversation, in the order and shape that Anthropic insists on. */
export function writeMessages(draft: Draft, addedSystem: readonly ContentPart[]): JsonObject {
  const callId = acceptableIds();
  const turns: Turn[] = [];
  const system: JsonObject[] = [];
  let held: JsonObject[] = [];

  /** A system message stands after a user's turn or, where the model does not take one there, at the very top. */
  function placeHeld(): void {
    if (held.length === 0) return;
    if (turns.length > 0 && !(draft.habits.systemTurns && turns.at(-1)?.role === 'user')) {
      draft.warnings.push('A system message in mid-conversation was moved to the system prompt.');
      system.push(...held);
    } else if (turns.length === 0) system.push(...held);
    else turns.push({ role: 'system', blocks: held });
    held = [];
  }

  for (const message of draft.request.messages) {
    const blocks = writeContent(message, draft, callId);
    if (blocks.length === 0) continue;
    if (message.role === 'system') {
      held.push(...blocks);
      continue;
    }
    if (message.role === 'assistant' || turns.length === 0) placeHeld();
    const last = turns.at(-1);
    if (last?.role === message.role) last.blocks.push(...blocks);
    else turns.push({ role: message.role, blocks });
  }
  placeHeld();
  system.push(...writeContent({ role: 'system', content: addedSystem }, draft, callId));
  closeTurns(turns, system, draft);
  return {
    ...writeSystem(system),
    messages: turns.map(({ role, blocks }) => ({
      role,
      content: writeBlocks(role === 'user' ? resultsFirst(blocks) : blocks),
    })),
  };
}

/** Gives a conversation the user's turns without which Anthropic takes none. */
function closeTurns(turns: Turn[], system: JsonObject[], { habits, warnings }: Draft): void {
  const userTurn = (text: string): Turn => ({ role: 'user', blocks: [{ type: 'text', text }] });
  if (turns.length === 0) {
    const last = system.pop();
    if (last === undefined) return;
    warnings.push('The conversation had no message of a user; its last system message was sent as one.');
    turns.push({ role: 'user', blocks: [last] });
  }
  if (turns[0]?.role === 'assistant') {
    warnings.push(
      'The conversation began with an assistant; an empty opening of the user was put before it.',
    );
    turns.unshift(userTurn('(conversation opened)'));
  }
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return;
  if (habits.prefill) trimEnd(last.blocks);
  else if (!last.blocks.some(({ type }) => type === 'tool_use')) {
    warnings.push('This model does not continue an assistant message; it was asked to go on after it.');
    turns.push(userTurn('Go on from exactly where your last message ends.'));
  }
}

/** White space at the end of a message to continue is refused. */
function trimEnd(blocks: JsonObject[]): void {
  const last = blocks.at(-1);
  if (typeof last?.text === 'string' && last.type === 'text')
    blocks[blocks.length - 1] = { ...last, text: last.text.trimEnd() };
}

function resultsFirst(blocks: JsonObject[]): JsonObject[] {
  const isResult = ({ type }: JsonObject) => type === 'tool_result';
  if (!blocks.some(isResult)) return blocks;
  return [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))];
}

function writeSystem(system: JsonObject[]): JsonObject {
  return system.length === 0 ? {} : { system: writeBlocks(system) };
}

/** A single plain text goes as a string: that is how most people write it, and every seller reads it. */
function writeBlocks(blocks: JsonObject[]): JsonObject[] | string {
  const [only] = blocks;
  const plain = blocks.length === 1 && only?.type === 'text' && only.cache_control === undefined;
  return plain && typeof only.text === 'string' ? only.text : blocks;
}
