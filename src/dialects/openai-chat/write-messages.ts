import { appendAll } from '../../core/lists/append-all.ts';
import type { ContentPart, ImagePart, ToolResultPart } from '../../core/wire/content.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { WireTarget } from '../../core/wire/dialect.ts';
import { textOf } from '../fields/loose-fields.ts';
import type { RequestDraft } from '../request/draft.ts';
import { resultsBehindCalls } from '../messages/results-behind-calls.ts';
import { fittingConversation, messageFitter } from './fitting-messages.ts';
import { callSignatures } from './google-signature.ts';
import { isEmptyAnswer, isLoneThought, loneThoughtWarning } from './lone-thought.ts';
import { addThought, withoutCallSignatures } from './returned-thoughts.ts';
import { toolCallIds } from './tool-call-ids.ts';
import { cacheOf, contentOf, contentPart, spokenContent, withMark } from './write-content.ts';

/**
 * Writes the messages for a provider of this dialect, with the `instruction` of an output format that it cannot be asked
 * for otherwise. What cannot be converted is named in `warnings`.
 */
export function writeMessages(draft: RequestDraft, instruction?: string): readonly JsonObject[] {
  const { request, target, warnings } = draft;
  const writer: Writer = { target, warnings, callId: toolCallIds(target) };
  const written = resultsBehindCalls(request.messages).flatMap((message): JsonObject[] => {
    const name = message.name === undefined ? {} : { name: message.name };
    switch (message.role) {
      case 'system': {
        const content = contentOf(message.content, 'system', writer);
        // A message may have held only a setting.
        return content === '' ? [] : [{ role: target.quirks.systemRole ?? 'system', ...name, content }];
      }
      case 'assistant':
        return unlessEmpty(
          { role: 'assistant', ...name, ...assistantMessage(message.content, writer) },
          warnings,
        );
      case 'user':
        return userMessages(message.content, name, writer);
    }
  });
  return fittingConversation(written.map(messageFitter(draft)), instruction, draft);
}

type Writer = {
  readonly target: WireTarget;
  readonly warnings: string[];
  readonly callId: (id: string) => string;
};

/** Tool results must directly follow the calls, so they come before everything else in their turn. */
function userMessages(content: readonly ContentPart[], name: JsonObject, writer: Writer): JsonObject[] {
  const results = content.filter((part) => part.type === 'tool-result');
  const rest = content.filter((part) => part.type !== 'tool-result');
  const beside = results.map((result) => mediaOf(result, writer));
  const media = beside.flat();
  const messages = results.map((result, at) => toolMessage(result, beside[at]?.length !== 0, writer));
  if (rest.length === 0 && media.length === 0 && messages.length > 0) return messages;
  const own = contentOf(rest, 'user', writer);
  const texts = typeof own === 'string' ? [{ type: 'text', text: own }] : own;
  const spoken = media.length === 0 ? own : [...media, ...(rest.length === 0 ? [] : texts)];
  return [...messages, { role: 'user', ...name, content: spoken }];
}

/** Writes a tool message. `isContinued`: the next message holds the parts of the result that a tool message cannot. */
function toolMessage(
  { callId, content, isError, cache }: ToolResultPart,
  isContinued: boolean,
  writer: Writer,
): JsonObject {
  const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  const result = text === '' && isContinued ? 'The result follows in the next message.' : text;
  // The dialect has no flag for a failed tool; models are used to this word.
  const written = isError && !/^error/i.test(result) ? `Error: ${result}` : result;
  const mark = cache ?? content.map(cacheOf).findLast((one) => one !== undefined);
  const marked = mark && written !== '' ? withMark({ type: 'text', text: written }, mark, writer) : undefined;
  return {
    role: 'tool',
    tool_call_id: writer.callId(callId),
    content: marked?.cache_control === undefined ? written : [marked],
  };
}

/** Returns the images and documents of a tool result, which follow in a user message: a tool message is text only. */
function mediaOf({ callId, content }: ToolResultPart, writer: Writer): JsonObject[] {
  const media = content
    .filter(({ type }) => type !== 'text')
    .flatMap((part) => contentPart(part, 'user', writer));
  if (media.length === 0) return [];
  return [{ type: 'text', text: `Result of the tool call ${writer.callId(callId)}:` }, ...media];
}

function assistantMessage(content: readonly ContentPart[], writer: Writer): JsonObject {
  const calls: JsonValue[] = [];
  const spoken: ContentPart[] = [];
  const members: JsonObject = {};
  const signatures = callSignatures();
  const thoughts = withoutCallSignatures(
    content.filter((part) => part.type === 'reasoning'),
    writer.target,
    signatures,
  );
  for (const part of content) {
    if (part.type === 'reasoning') continue;
    if (part.type === 'tool-call') {
      const { id, name, arguments: args, cache } = part;
      if (cache) writer.warnings.push(callMarkWarning);
      calls.push({
        id: writer.callId(id),
        type: 'function',
        function: { name, arguments: args.trim() === '' ? '{}' : args },
        ...signatures.beside(id),
      });
    } else if (part.type === 'opaque' && part.dialect === 'openai-chat' && part.value.type === undefined) {
      const { tool_calls: custom, ...rest } = part.value;
      if (Array.isArray(custom)) appendAll(calls, custom);
      Object.assign(members, rest);
    } else if (part.type === 'refusal') members.refusal = textOf(members.refusal) + part.text;
    else if (part.type === 'image') addImage(members, part, writer);
    else spoken.push(part);
  }
  const message: JsonObject = {
    content: spokenContent(spoken, writer),
    ...members,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  for (const thought of thoughts) addThought(message, thought, writer);
  return message;
}

const callMarkWarning =
  "Marks for prompt caching at tool calls were left out: OpenAI's format has no place for them.";

/** Returns no message if nothing but a thought is left of it: many providers reject an empty answer. */
function unlessEmpty(message: JsonObject, warnings: string[]): JsonObject[] {
  if (!isEmptyAnswer(message)) return [message];
  if (isLoneThought(message)) warnings.push(loneThoughtWarning);
  return [];
}

/**
 * Providers that choose among others' models accept an image back in the field in which they sent it; no provider
 * accepts one as an assistant's content.
 */
function addImage(members: JsonObject, part: ImagePart, writer: Writer): void {
  if (!writer.target.quirks.choosesProviders) {
    writer.warnings.push(
      "An image in an assistant's message was left out: this provider does not accept one there.",
    );
    return;
  }
  const images = Array.isArray(members.images) ? members.images : [];
  members.images = [...images, ...contentPart(part, 'assistant', writer)];
}
