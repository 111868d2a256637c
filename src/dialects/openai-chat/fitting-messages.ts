import type { JsonObject } from '../../core/json/json.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { joinedTexts } from '../messages/joined-texts.ts';
import { systemFirst } from '../messages/system-first.ts';
import { withInstruction } from '../messages/with-instruction.ts';
import { cacheMarksWarning } from '../prompt-cache/warn-of-cache-marks.ts';
import type { RequestDraft } from '../request/draft.ts';
import { assistantAfterTools } from './assistant-after-tools.ts';
import { withContinuation } from './continued-message.ts';
import { demandsSignatures, withDemandedSignature } from './demanded-signature.ts';
import { withDemandedThought } from './demanded-thought.ts';
import { withinMembers } from './message-members.ts';
import { withSpokenRefusal } from './spoken-refusal.ts';

// What the quirks of a provider and the template of a model ask of messages, whether a client sent them or we wrote
// them.

/** Returns a function that returns a message as the provider accepts it; unchanged if nothing in it must change. */
export function messageFitter(draft: RequestDraft): (message: JsonObject) => JsonObject {
  const { target } = draft;
  const { quirks } = target;
  const isDemanding = demandsSignatures(target);
  return (message) => {
    const signed = isDemanding ? withDemandedSignature(message, target) : message;
    const plain = withPlainContent(withSpokenRefusal(signed, quirks), draft);
    return withinMembers(withDemandedThought(plain, quirks), draft);
  };
}

/**
 * Returns fitted messages in an order that the model accepts, with the `instruction` of an output format that the
 * provider cannot be asked for otherwise; `messages` itself if nothing must change.
 */
export function fittingConversation(
  messages: readonly JsonObject[],
  instruction: string | undefined,
  draft: RequestDraft,
): readonly JsonObject[] {
  const { target } = draft;
  const continued = withContinuation(messages, draft);
  const instructed = withInstruction(continued, instruction, target.quirks.systemRole ?? 'system');
  return assistantAfterTools(systemFirst(instructed, draft), target);
}

function withPlainContent(message: JsonObject, { target, warnings }: RequestDraft): JsonObject {
  const { plainContent, cacheControl } = target.quirks;
  if (!plainContent || !Array.isArray(message.content)) return message;
  const parts = objectsOf(message.content);
  const unmarked = cacheControl ? parts : parts.map(({ cache_control: _mark, ...part }) => part);
  // An answer in several parts is one text, as `spokenContent` writes it.
  const content = joinedTexts(unmarked, message.role === 'assistant' ? '' : undefined);
  if (content === undefined) return message;
  if (!cacheControl && parts.some(({ cache_control: mark }) => mark)) warnings.push(cacheMarksWarning);
  return { ...message, content };
}
