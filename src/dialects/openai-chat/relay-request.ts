import { appendAll } from '../../core/lists/append-all.ts';
import type { MemberEdit, RelayRequest, WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { acceptableUser } from '../request/acceptable-user.ts';
import { quirkEdits } from '../request/quirk-edits.ts';
import type { RequestDraft } from '../request/draft.ts';
import { chatTemplate } from '../makers/chat-templates.ts';
import { samplingEdits } from '../makers/gpt-habits.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import { relayedEffort } from './effort-members.ts';
import { withinRelayedMarks } from './relayed-cache-marks.ts';
import { schemaModeFor, writeOutputFormat } from '../openai/openai-output-format.ts';
import { mappedList, relayedFunction } from '../openai/openai-tool.ts';
import { withinLimit } from '../request/output-limit.ts';
import { fittingConversation, messageFitter } from './fitting-messages.ts';
import { withoutForeignThoughts } from './foreign-thoughts.ts';
import { forcedChoice } from './forced-choice.ts';
import { withoutLoneThoughts, loneThoughtWarning } from './lone-thought.ts';
import { withLostThoughts } from './lost-thoughts.ts';
import { withAcceptedFiles } from './document-parts.ts';
import { thinkingSwitchOf } from './thinking-switch.ts';
import { thinkingMembers } from './thinking-wish.ts';
import { writeStop } from './stop-sequences.ts';
import { toolCallIds } from './tool-call-ids.ts';
import { warnOfIgnoredField } from './warn-of-ignored-field.ts';
import { path } from './write-request.ts';

/**
 * Returns the edits to the client's own body: only what the provider's quirks, the model's name and Conclave's
 * accounting require.
 */
export function relayRequest(body: JsonObject, asked: ModelRequest, target: WireTarget): RelayRequest {
  const warnings: string[] = [];
  const given: RequestDraft = { request: asked, target, warnings };
  const draft = target.chosen ? withinLimit(given) : given;
  const shape = shapeMembers(body, draft);
  const tools = target.chosen ? toolMembers(body, draft) : {};
  const wanted: JsonObject = {
    model: target.model,
    ...limitMembers(body, draft),
    ...userMember(body, draft),
    ...seedMember(body, draft),
    ...streamMembers(body, draft),
    ...(target.chosen && stopMember(draft)),
    ...tools,
    ...relayedEffort(body, draft),
    ...toolChoiceMember(body, draft),
    ...shape,
    ...withinRelayedMarks({ ...body, ...tools, ...shape }, draft),
  };
  const edits: MemberEdit[] = Object.entries(wanted)
    .filter(([member, value]) => value !== body[member])
    .map(([member, value]) => ({ member, value }));
  if (target.chosen) appendAll(edits, samplingEdits(body, draft));
  warnOfIgnoredField(draft);
  appendAll(edits, quirkEdits(body, draft, edits));
  return { path: target.quirks.path ?? path, headers: {}, edits, warnings: [...new Set(warnings)] };
}

const limitNames = ['max_completion_tokens', 'max_tokens'] as const;

/** Writes one limit under the provider's name for it. Without a quirk the client's own name stays. */
function limitMembers(body: JsonObject, { request, target }: RequestDraft): JsonObject {
  const [usual] = limitNames;
  const name =
    target.quirks.maxTokensField ?? limitNames.find((one) => typeof body[one] === 'number') ?? usual;
  const members: JsonObject = { [name]: request.maxOutputTokens ?? body[name] };
  for (const other of limitNames) {
    if (other !== name && typeof body[other] === 'number') members[other] = undefined;
  }
  return members;
}

/** Writes the end user's id under the provider's name for it. If the client has already set that field, it stays. */
function userMember(body: JsonObject, { request, target }: RequestDraft): JsonObject {
  const { user } = request;
  const { userField: field = 'user' } = target.quirks;
  if (user === undefined || field === 'user' || body[field] !== undefined) return {};
  return { user: undefined, [field]: acceptableUser(user) };
}

/** Writes the seed under the provider's name for it. If the client has already set that field, it stays. */
function seedMember({ seed, ...body }: JsonObject, { target }: RequestDraft): JsonObject {
  const { seedField: field = 'seed' } = target.quirks;
  if (seed === undefined || field === 'seed') return {};
  return { seed: undefined, [field]: body[field] ?? seed };
}

/**
 * Requests usage on every stream: without it there is no exact bill. An answer that cannot be streamed is asked for
 * whole.
 */
function streamMembers(body: JsonObject, { request, target, warnings }: RequestDraft): JsonObject {
  const { stream, includeUsage } = request;
  if (stream && !target.stream) return { stream: undefined, stream_options: undefined };
  if (target.quirks.streamUsage === false) {
    if (body.stream_options === undefined) return {};
    if (includeUsage)
      warnings.push('"stream_options" was left out: this provider sends usage on its own or not at all.');
    return { stream_options: undefined };
  }
  if (!stream || objectOf(body.stream_options).include_usage === true) return {};
  return { stream_options: { ...objectOf(body.stream_options), include_usage: true } };
}

/** Returns fewer stop sequences, or none, if the model that Conclave chose accepts no more. */
function stopMember(draft: RequestDraft): JsonObject {
  const stop = writeStop(draft);
  return stop?.length === draft.request.stop?.length ? {} : { stop };
}

/** Returns the functions with schemas that the model Conclave chose accepts; empty if all of them are. */
function toolMembers({ tools, functions }: JsonObject, draft: RequestDraft): JsonObject {
  const changed: JsonObject = {};
  const older = mappedList(functions, (one) => relayedFunction(one, draft));
  const offered = mappedList(tools, (tool) => {
    const before = objectOf(tool.function);
    const after = relayedFunction(before, draft);
    return after === before ? tool : { ...tool, function: after };
  });
  if (older) changed.functions = older;
  if (offered) changed.tools = offered;
  return changed;
}

/** Every field by which a client asks for thinking. */
const withoutThinking: JsonObject = Object.fromEntries(
  ['reasoning_effort', 'reasoning', ...thinkingMembers].map((member) => [member, undefined]),
);

function toolChoiceMember(body: JsonObject, draft: RequestDraft): JsonObject {
  const { target } = draft;
  const { forcedToolChoice } = target.quirks;
  const isOff = thinkingSwitchOf(target) === 'thinking' && objectOf(body.thinking).type === 'disabled';
  if (isOff && forcedToolChoice === 'without-thinking') return {};
  const { unthinking, tool_choice: choice } = forcedChoice(draft);
  if (unthinking) return { ...withoutThinking, ...unthinking };
  if (choice === undefined) return {};
  return body.tool_choice === undefined ? { function_call: choice } : { tool_choice: choice };
}

/** Returns the changed messages and output format; empty for most providers. */
function shapeMembers(body: JsonObject, draft: RequestDraft): JsonObject {
  const { request, target } = draft;
  const mode = schemaModeFor(request, target);
  const lacksFormat =
    mode === 'none'
      ? request.output !== undefined
      : mode === 'json-object' && request.output?.type === 'json-schema';
  const shape = lacksFormat ? writeOutputFormat(draft) : {};
  const messages = objectsOf(body.messages);
  const fitted = withoutLoneThoughts(messages, target.quirks, messageRewriter(messages, draft));
  if (fitted.length < messages.length) draft.warnings.push(loneThoughtWarning);
  const ordered = fittingConversation(fitted, shape.instruction, draft);
  const changed =
    ordered.length !== messages.length || ordered.some((message, at) => message !== messages[at]);
  return {
    ...(lacksFormat && { response_format: shape.format }),
    ...(changed && { messages: [...ordered] }),
  };
}

/**
 * Returns a function that returns a client's message as we would write it for the provider; unchanged if nothing in it
 * must change.
 */
function messageRewriter(
  messages: readonly JsonObject[],
  draft: RequestDraft,
): (message: JsonObject) => JsonObject {
  const { request, target } = draft;
  const restored = withLostThoughts(messages, request, target);
  const named = nameRewriter(target);
  const fitted = messageFitter(draft);
  return (message) => {
    const own = withoutForeignThoughts(restored(message), draft);
    return fitted(withAcceptedFiles(named(own), target.quirks));
  };
}

/** Returns a function that writes the role of a message, or the ids of its calls, in the provider's form. */
function nameRewriter(target: WireTarget): (message: JsonObject) => JsonObject {
  const { systemRole } = target.quirks;
  const { toolCallIdLength } = chatTemplate(target);
  const idOf = toolCallIds(target);
  return (message) => {
    const { role } = message;
    if (systemRole !== undefined && role !== systemRole && (role === 'system' || role === 'developer')) {
      return { ...message, role: systemRole };
    }
    if (toolCallIdLength === undefined) return message;
    if (role === 'tool') return withId(message, 'tool_call_id', idOf);
    const calls = mappedList(message.tool_calls, (call) => withId(call, 'id', idOf));
    return calls ? { ...message, tool_calls: calls } : message;
  };
}

function withId(found: JsonObject, member: string, idOf: (id: string) => string): JsonObject {
  const id = found[member];
  const accepted = typeof id === 'string' ? idOf(id) : id;
  return accepted === id ? found : { ...found, [member]: accepted };
}
