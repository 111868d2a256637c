import { wantsProofs } from '../makers/claude/own-thoughts.ts';
import type { RequestDraft } from '../request/draft.ts';
import type { MemberEdit, WireTarget } from '../../core/wire/dialect.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { proofIn, sealOrigin } from '../reasoning/sealed-reasoning.ts';
import { thoughtsAtEnd } from '../messages/thoughts-at-end.ts';
import { isSilent } from './blank-text.ts';
import { isThought } from './is-thought.ts';

/**
 * Returns the changes that a conversation needs if another model took part in it: Claude rejects thoughts that it has
 * not signed, those after which a limit has cut the answer off, text of white space alone, and thinking in the middle of a tool call that was made without it.
 */
export function thoughtEdits(
  body: JsonObject,
  { target, warnings }: Pick<RequestDraft, 'target' | 'warnings'>,
): MemberEdit[] {
  if (!Array.isArray(body.messages)) return [];
  const edits: MemberEdit[] = [];
  // Providers that offer other models in this dialect sign no thoughts and expect them back.
  const { opens } = target;
  const signs = wantsProofs(target);
  const isForeign = (block: JsonValue) => isJsonObject(block) && isForeignThought(block, { signs, opens });
  let messages = body.messages;
  if (messages.some((message) => blocksOf(message).some(isForeign))) {
    messages = messages.flatMap((message) => withoutBlocks(message, isForeign));
    warnings.push('Reasoning of another model was left out: only its own maker can read it.');
  }
  if (messages.some((message) => blocksOf(message).some(hasOurCitation))) {
    messages = messages.map(withoutOurCitations);
    warnings.push('Citations of another model were left out: Claude accepts only its own.');
  }
  if (signs && messages.some(isSilentAnswer)) {
    messages = messages.flatMap((message) =>
      isSilentAnswer(message) ? withoutBlocks(message, (block) => typeOf(block) === 'text') : [message],
    );
    warnings.push('Text of white space alone was left out: Claude refuses it.');
  }
  if (signs && messages.some(endsInThought)) {
    messages = messages.flatMap((message, at) =>
      endsInThought(message, at, messages) ? withoutLastThoughts(message) : [message],
    );
    warnings.push(thoughtsAtEnd);
  }
  if (messages !== body.messages) edits.push({ member: 'messages', value: messages });
  if (signs && thinksByBudget(body) && toolLoopWithoutThoughts(messages)) {
    edits.push({ member: 'thinking', value: undefined });
    warnings.push(
      'Thinking was left out: the tool calls being answered were made without it, or by another model.',
    );
  }
  return edits;
}

type Reader = { readonly signs: boolean; readonly opens: WireTarget['opens'] };

function isForeignThought({ type, signature, data }: JsonObject, { signs, opens }: Reader): boolean {
  const isForeign = (proof: string) => sealOrigin(proof) !== undefined || opens?.(proof) === false;
  if (type === 'thinking') {
    const proof = proofIn(signature);
    return proof === undefined ? signs : isForeign(proof);
  }
  return type === 'redacted_thinking' && typeof data === 'string' && isForeign(data);
}

/** A citation of another provider, written in this dialect: its index is empty. */
function isOurCitation(citation: JsonValue): boolean {
  return isJsonObject(citation) && citation.encrypted_index === '';
}

function hasOurCitation(block: JsonValue): boolean {
  return isJsonObject(block) && Array.isArray(block.citations) && block.citations.some(isOurCitation);
}

function withoutOurCitations(message: JsonValue): JsonValue {
  if (!isJsonObject(message) || !blocksOf(message).some(hasOurCitation)) return message;
  const content = blocksOf(message).map((block) => {
    if (!isJsonObject(block) || !Array.isArray(block.citations)) return block;
    const { citations: all, ...rest } = block;
    const kept = all.filter((citation) => !isOurCitation(citation));
    return kept.length > 0 ? { ...rest, citations: kept } : rest;
  });
  return { ...message, content };
}

/** Only for the model's messages; what users and systems wrote stays. */
function isSilentAnswer(message: JsonValue): boolean {
  return isAnswer(message) && isSilent(blocksOf(message));
}

function isAnswer(message: JsonValue | undefined): boolean {
  return isJsonObject(message) && message.role === 'assistant';
}

/** Whether a limit has cut an answer off during its reasoning. An answer may go on in the next message. */
function endsInThought(message: JsonValue, at: number, messages: readonly JsonValue[]): boolean {
  return isAnswer(message) && isThought(blocksOf(message).at(-1)) && !isAnswer(messages[at + 1]);
}

function withoutLastThoughts(message: JsonValue): JsonValue[] {
  const blocks = blocksOf(message);
  const content = blocks.slice(0, blocks.findLastIndex((block) => !isThought(block)) + 1);
  return content.length > 0 && isJsonObject(message) ? [{ ...message, content }] : [];
}

/** A message left without blocks is removed too: an empty one is rejected. */
function withoutBlocks(message: JsonValue, unwanted: (block: JsonValue) => boolean): JsonValue[] {
  if (!isJsonObject(message) || !Array.isArray(message.content)) return [message];
  const content = message.content.filter((block) => !unwanted(block));
  return content.length === 0 && message.content.length > 0 ? [] : [{ ...message, content }];
}

function thinksByBudget({ thinking }: JsonObject): boolean {
  return isJsonObject(thinking) && thinking.type === 'enabled';
}

function toolLoopWithoutThoughts(messages: readonly JsonValue[]): boolean {
  if (!blocksOf(messages.at(-1)).some((block) => typeOf(block) === 'tool_result')) return false;
  const turn = messages.findLast(isAnswer);
  return !blocksOf(turn).some(isThought);
}

function blocksOf(message: JsonValue | undefined): readonly JsonValue[] {
  return isJsonObject(message) && Array.isArray(message.content) ? message.content : [];
}

function typeOf(block: JsonValue): string {
  return isJsonObject(block) && typeof block.type === 'string' ? block.type : '';
}
