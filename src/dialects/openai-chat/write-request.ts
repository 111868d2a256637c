import { defined } from '../../core/json/defined.ts';
import type { WireRequest, WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ExtraField, ModelRequest, ToolChoice, ToolDefinition } from '../../core/wire/request.ts';
import { acceptableUser } from '../request/acceptable-user.ts';
import { topLevelMembers } from '../fields/extra-members.ts';
import type { RequestDraft } from '../request/draft.ts';
import { finishRequest } from '../request/finish-request.ts';
import { carryExtras } from '../fields/carry-extras.ts';
import { withinCacheMarks } from '../makers/claude/cache-marks.ts';
import { withPromptCache } from '../makers/claude/prompt-cache.ts';
import { leaveOutSampling } from '../makers/gpt-habits.ts';
import { openaiTool } from '../openai/openai-tool.ts';
import { outputLimit } from '../request/output-limit.ts';
import { refuseImageTypes } from '../media/refuse-image-types.ts';
import { cacheMarksWarning } from '../prompt-cache/warn-of-cache-marks.ts';
import { effortMembers } from './effort-members.ts';
import { forcedChoice } from './forced-choice.ts';
import { writeOutputFormat } from '../openai/openai-output-format.ts';
import { writeStop } from './stop-sequences.ts';
import { warnOfIgnoredField } from './warn-of-ignored-field.ts';
import { writeMessages } from './write-messages.ts';

export const path = '/chat/completions';

/** Writes a request for a provider. @throws ConclaveError `unsupported` for what this dialect cannot express. */
export function writeRequest(asked: ModelRequest, target: WireTarget): WireRequest {
  const warnings: string[] = [];
  const request = target.quirks.cacheControl
    ? withinCacheMarks({ request: withPromptCache(asked, target), target, warnings })
    : asked;
  const draft: RequestDraft = { request, target, warnings };
  refuseImageTypes(request, target, 'openai-chat');
  warnOfIgnoredField(draft);
  const { promptCacheKey, sessionHeader } = target.quirks;
  const expressed = promptCacheKey || sessionHeader !== undefined ? ['prompt_cache_key'] : [];
  const body = writeBody(draft, carryExtras(draft, 'openai-chat', expressed));
  leaveOutSampling(body, draft);
  return finishRequest({ path, body, target, warnings });
}

function writeBody(draft: RequestDraft, extras: readonly ExtraField[]): JsonObject {
  const { request, target } = draft;
  const { quirks } = target;
  const { format, instruction } = writeOutputFormat(draft);
  const messages = writeMessages(draft, instruction);
  const tools = [
    ...(request.tools ?? []).map((tool) => writeTool(openaiTool(tool, draft), draft)),
    ...toolsOf(extras),
  ];
  const forced = tools.length > 0 ? forcedChoice(draft) : {};
  return defined({
    model: target.model,
    messages: [...messages],
    ...(target.stream && { stream: true }),
    ...(target.stream && quirks.streamUsage !== false && { stream_options: { include_usage: true } }),
    ...(tools.length > 0 && { tools, ...writeToolChoice(request, forced.tool_choice) }),
    response_format: format,
    ...(forced.unthinking ?? effortMembers(draft)),
    [quirks.maxTokensField ?? 'max_completion_tokens']: outputLimit(draft),
    temperature: temperatureOf(draft),
    top_p: request.topP,
    top_k: topKOf(draft),
    stop: writeStop(draft),
    [quirks.seedField ?? 'seed']: request.seed,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    [quirks.userField ?? 'user']: request.user === undefined ? undefined : acceptableUser(request.user),
    prompt_cache_key: quirks.promptCacheKey ? (request.cacheKey ?? request.session) : undefined,
    ...topLevelMembers(extras, ['tools']),
  });
}

function temperatureOf({ request, warnings }: RequestDraft): number | undefined {
  const { temperature } = request;
  if (temperature === undefined || temperature <= 2) return temperature;
  warnings.push(`A temperature of ${temperature} was lowered to 2, the maximum.`);
  return 2;
}

/** Not in OpenAI's format: only from clients of that format is it known that they mean a seller who has it. */
function topKOf({ request, warnings }: RequestDraft): number | undefined {
  const { topK, origin } = request;
  if (topK === undefined || origin === 'openai-chat') return topK;
  warnings.push('"top_k" was left out: OpenAI\'s format does not support it.');
  return undefined;
}

function writeTool(
  { name, description, inputSchema, strict, cache }: ToolDefinition,
  { target, warnings }: RequestDraft,
): JsonObject {
  const { quirks } = target;
  if (cache && !quirks.cacheControl) warnings.push(cacheMarksWarning);
  return {
    type: 'function',
    ...(cache && quirks.cacheControl && { cache_control: { type: 'ephemeral', ...cache } }),
    function: {
      name,
      ...(description !== undefined && { description }),
      parameters: inputSchema,
      ...(strict !== undefined && { strict }),
    },
  };
}

function toolsOf(extras: readonly ExtraField[]): JsonValue[] {
  const value = extras.find(({ name }) => name === 'tools')?.value;
  return Array.isArray(value) ? value : [];
}

function writeToolChoice(
  { toolChoice, parallelTools }: ModelRequest,
  instead: 'auto' | 'required' | undefined,
): JsonObject {
  return {
    ...(toolChoice && { tool_choice: instead ?? choiceOf(toolChoice) }),
    ...(parallelTools !== undefined && { parallel_tool_calls: parallelTools }),
  };
}

function choiceOf(choice: ToolChoice): JsonValue {
  return choice.type === 'tool' ? { type: 'function', function: { name: choice.name } } : choice.type;
}
