import { forcesCall } from '../tools/forces-call.ts';
import type { WireRequest, WireTarget } from '../../core/wire/dialect.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ExtraField, ModelRequest } from '../../core/wire/request.ts';
import { acceptableUser } from '../request/acceptable-user.ts';
import { membersUnder, topLevelMembers } from '../fields/extra-members.ts';
import type { RequestDraft } from '../request/draft.ts';
import { finishRequest } from '../request/finish-request.ts';
import { carryExtras } from '../fields/carry-extras.ts';
import { hasPhases, leaveOutSampling, takesStop } from '../makers/gpt-habits.ts';
import { knownName } from '../request/known-name.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import { writeOutputFormat } from '../openai/openai-output-format.ts';
import { openaiTool } from '../openai/openai-tool.ts';
import { outputLimit } from '../request/output-limit.ts';
import { effortFor } from '../makers/known-efforts.ts';
import { refuseImageTypes } from '../media/refuse-image-types.ts';
import { customTools, writeCustomTool } from './custom-tools.ts';
import { writeFormat } from './write-format.ts';
import { writeInput } from './write-input.ts';
import { writeTool, writeToolChoice } from './write-tools.ts';
import { warnOfCacheMarks } from '../prompt-cache/warn-of-cache-marks.ts';
import { warnOfNames } from '../messages/warn-of-names.ts';

export const path = '/responses';

/** Requests encrypted thoughts, which only their maker can read, to be sent back with the next call. */
export const sealedThoughts = 'reasoning.encrypted_content';

/** OpenAI rejects a lower limit. */
const minOutputTokens = 16;

/** Writes a request for a provider. @throws ConclaveError `unsupported` for what this dialect cannot express. */
export function writeRequest(request: ModelRequest, target: WireTarget): WireRequest {
  const draft: RequestDraft = { request, target, warnings: [] };
  const body = writeBody(draft);
  leaveOutSampling(body, draft);
  return finishRequest({ path, body, target, warnings: draft.warnings });
}

function writeBody(draft: RequestDraft): JsonObject {
  const { request, target, warnings } = draft;
  const { quirks } = target;
  const customs = customTools(request, knownName(target));
  const extras = carryExtras(
    customs.size > 0 ? { ...draft, request: withoutWords(request) } : draft,
    'openai-responses',
  );
  refuseImageTypes(request, target, 'openai-responses');
  refuseStop(draft);
  warnWordless(draft);
  warnOfCacheMarks(draft);
  warnOfNames(request.messages, warnings);
  const output = writeOutputFormat(draft);
  const options = objectOf(valueOf(extras, 'tools.options'));
  const tools = [
    ...(request.tools ?? []).map((tool) => ({
      ...(customs.has(tool.name) ? writeCustomTool(tool) : writeTool(openaiTool(tool, draft))),
      ...objectOf(options[tool.name]),
    })),
    ...objectsOf(valueOf(extras, 'tools')),
  ];
  const limit = limitOf(draft);
  return {
    model: target.model,
    input: writeInput(request.messages, {
      quirks,
      phases: hasPhases(knownName(target)),
      customs,
      ...(output.instruction !== undefined && { instruction: output.instruction }),
      warnings,
    }),
    ...(tools.length > 0 && { tools, ...toolControls(draft, customs) }),
    ...writeText(request, output.format, extras),
    ...writeReasoning(draft, extras),
    ...(limit !== undefined && { max_output_tokens: limit }),
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(request.topP !== undefined && { top_p: request.topP }),
    ...(request.user !== undefined && { user: acceptableUser(request.user) }),
    ...(request.session !== undefined && { prompt_cache_key: request.session }),
    // The conversation comes back with the next call, and nothing could fetch it by its id.
    store: false,
    // Without this field, thoughts could not return with the calls that followed from them. Models that do not think
    // reject it.
    ...(target.capabilities?.reasoning === true && { include: [sealedThoughts] }),
    ...(target.stream && { stream: true }),
    // Extra fields of input items are part of the conversation.
    ...topLevelMembers(extras, ['tools']),
  };
}

/** Returns the request without the extras that were replaced by words: with custom tools, grammars are enforced. */
function withoutWords(request: ModelRequest): ModelRequest {
  return { ...request, extras: (request.extras ?? []).filter(({ inWords }) => !inWords) };
}

/**
 * Rejects stop sequences: without them the answer would be different. The provider's Chat Completions API, if it has
 * one, supports them. If the model supports them in neither, they are left out with a warning.
 */
function refuseStop({ request, target, warnings }: RequestDraft): void {
  const { stop } = request;
  if (stop === undefined || stop.length === 0) return;
  if (!takesStop(knownName(target))) {
    warnings.push(`"stop" was left out: ${target.model} does not support it.`);
    return;
  }
  throw new ConclaveError('unsupported', 'openai-responses does not support stop sequences.', {
    param: 'stop',
  });
}

function warnWordless({ request, warnings }: RequestDraft): void {
  const wordless = {
    top_k: request.topK,
    seed: request.seed,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
  };
  for (const [name, value] of Object.entries(wordless)) {
    if (value === undefined) continue;
    warnings.push(`"${name}" was left out: openai-responses does not support it.`);
  }
}

function limitOf(draft: RequestDraft): number | undefined {
  const limit = outputLimit(draft);
  if (limit === undefined || limit >= minOutputTokens) return limit;
  draft.warnings.push(`The output limit of ${limit} tokens was raised to ${minOutputTokens}, the minimum.`);
  return minOutputTokens;
}

function toolControls({ request, target, warnings }: RequestDraft, customs: ReadonlySet<string>): JsonObject {
  const { toolChoice, parallelTools } = request;
  const parallel = parallelTools === undefined ? {} : { parallel_tool_calls: parallelTools };
  if (!toolChoice) return parallel;
  if (forcesCall(toolChoice) && target.quirks.forcedToolChoice === false) {
    warnings.push('The tool choice was sent as "auto": this provider cannot be forced to call a tool.');
    return { ...parallel, tool_choice: 'auto' };
  }
  return { ...parallel, tool_choice: writeToolChoice(toolChoice, customs) };
}

function writeText(
  { output }: ModelRequest,
  format: JsonObject | undefined,
  extras: readonly ExtraField[],
): JsonObject {
  // `format` is what the provider can enforce, which may be less than the client requested.
  const { name, strict } = objectOf(format?.json_schema);
  const held =
    format?.type === 'json_schema' ? { ...writeFormat(output), name, strict } : { type: 'json_object' };
  const text = { ...(format && { format: held }), ...membersUnder('text.', extras) };
  return Object.keys(text).length > 0 ? { text } : {};
}

function writeReasoning(draft: RequestDraft, extras: readonly ExtraField[]): JsonObject {
  const { reasoning } = draft.request;
  const effort = effortFor(draft);
  const wanted = {
    ...(effort && { effort }),
    ...(reasoning?.visible && { summary: 'auto' }),
    ...membersUnder('reasoning.', extras),
  };
  return Object.keys(wanted).length > 0 ? { reasoning: wanted } : {};
}

function valueOf(extras: readonly ExtraField[], wanted: string): JsonValue | undefined {
  return extras.find(({ name }) => name === wanted)?.value;
}
