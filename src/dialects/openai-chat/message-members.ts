import { thoughtFields } from '../../core/wire/content.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { RequestDraft } from '../request/draft.ts';
import { saysNothing } from '../../core/json/says-nothing.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { hasThought, toldThought, writeThought } from './told-thought.ts';

/**
 * Removes fields from a message for a provider that rejects unknown ones: clients return with an answer what other
 * providers' models, and Conclave, added to it. A message without such fields is returned unchanged.
 */
export function withinMembers(message: JsonObject, draft: RequestDraft): JsonObject {
  const { messageMembers: taken } = draft.target.quirks;
  if (taken === undefined) return message;
  const isTaken = (member: string) => member === 'role' || taken.includes(member);
  const strange = Object.keys(message).filter((member) => !isTaken(member));
  const calls = objectsOf(message.tool_calls);
  const plain = calls.every((call) => Object.keys(call).every((member) => callMembers.has(member)));
  if (strange.length === 0 && plain) return message;
  const kept = Object.fromEntries(Object.entries(message).filter(([member]) => isTaken(member)));
  if (!plain) kept.tool_calls = calls.map(plainCall);
  for (const member of strange) {
    if (saysNothing(message[member]) || isThought(member)) continue;
    draft.warnings.push(`"${member}" of a message was left out: this provider rejects it.`);
  }
  if (strange.some((member) => isThought(member) && !saysNothing(message[member])))
    keepThought(kept, message, draft);
  return kept;
}

/** Keeps the thought in the field that the provider accepts, if there is one. */
function keepThought(kept: JsonObject, message: JsonObject, { target, warnings }: RequestDraft): void {
  const { reasoningField: field } = target.quirks;
  const thought = toldThought(message);
  if (field !== undefined && thought !== undefined) {
    const isThere = field === 'content' ? hasThought(kept.content) : kept[field] !== undefined;
    if (!isThere) writeThought(kept, field, thought);
  } else warnings.push('Reasoning of earlier turns was left out: this provider does not accept it back.');
}

/** Calls may also have `extra_content`, which only Google can read, and the index of a stream. */
const callMembers: ReadonlySet<string> = new Set(['id', 'type', 'function', 'custom']);

function plainCall(call: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(call).filter(([member]) => callMembers.has(member)));
}

function isThought(member: string): boolean {
  return member === 'reasoning_details' || thoughtFields.some((field) => field === member);
}
