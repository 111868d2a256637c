import type { ReasoningPart } from '../../core/wire/content.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { openSignature } from '../makers/gemini-signatures.ts';
import { nameOf, objectsOf } from '../fields/loose-fields.ts';
import { tellsThought } from './told-thought.ts';
import type { ModelTarget } from '../request/model-target.ts';
import { thoughtMembers } from './returned-thoughts.ts';

/**
 * Returns a function that restores thoughts in a client's messages: those that the client did not return with its tool
 * calls and that `request` has because the engine remembered them. A message that lacks none is returned unchanged.
 */
export function withLostThoughts(
  sent: readonly JsonObject[],
  request: ModelRequest,
  target: ModelTarget,
): (message: JsonObject) => JsonObject {
  const thoughts = thoughtsOf(sent, request);
  return (message) => {
    const found = thoughts.get(message);
    if (found === undefined || objectsOf(message.reasoning_details).length > 0) return message;
    const isProven = found.some(
      (thought) => (thought.signature ?? thought.redacted) !== undefined && !signsCall(thought),
    );
    // What the client returned stays as it is, unless its maker has signed it; calls get their signatures.
    const lost = tellsThought(message) && !isProven ? found.filter(signsCall) : found;
    if (lost.length === 0) return message;
    const members = thoughtMembers(lost, target, message);
    const adds = Object.entries(members).some(([member, value]) => value !== (message[member] ?? null));
    return adds ? { ...message, ...members } : message;
  };
}

function signsCall({ signature }: ReasoningPart): boolean {
  return openSignature(signature)?.at === 'call';
}

/** Finds a message's thoughts by its calls. Some providers use an id again: then the order tells the calls apart. */
function thoughtsOf(
  sent: readonly JsonObject[],
  { messages }: ModelRequest,
): ReadonlyMap<JsonObject, readonly ReasoningPart[]> {
  const found = new Map<JsonObject, readonly ReasoningPart[]>();
  if (!messages.some(({ content }) => content.some(({ type }) => type === 'reasoning'))) return found;
  const turns = new Map<string, (readonly ReasoningPart[])[]>();
  for (const { role, content } of messages) {
    const thought = role === 'assistant' ? content.filter((part) => part.type === 'reasoning') : [];
    for (const part of content) {
      if (part.type !== 'tool-call') continue;
      const ofId = turns.get(part.id);
      if (ofId) ofId.push(thought);
      else turns.set(part.id, [thought]);
    }
  }
  for (const message of sent) {
    const ofCalls = objectsOf(message.tool_calls).map(({ id }) => turns.get(nameOf(id) ?? '')?.shift() ?? []);
    const thought = ofCalls.find(({ length }) => length > 0);
    if (thought) found.set(message, thought);
  }
  return found;
}
