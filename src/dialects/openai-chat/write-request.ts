import type { WireRequest, WireTarget } from '../../core/dialect.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { ExtraField, ModelRequest, ToolChoice, ToolDefinition } from '../../core/request.ts';
import { quirkEdits } from '../apply-quirks.ts';
import { carryExtras } from '../carry-extras.ts';
import { refusedByReasoningModels } from '../gpt-habits.ts';
import { effortOf } from './reasoning-effort.ts';
import { withInstruction, writeOutputFormat } from './output-format.ts';
import { writeMessages } from './write-messages.ts';

export const path = '/chat/completions';

/** A request for a provider. @throws ConclaveError `unsupported` for what has no word here. */
export function writeRequest(request: ModelRequest, target: WireTarget): WireRequest {
  const { quirks } = target;
  const warnings = new Set<string>();
  const carried: string[] = [];
  const extras = carryExtras(request, 'openai-chat', carried);
  const body = writeBody(request, target, extras, warnings);
  for (const member of refusedByReasoningModels(target.model, request.reasoning)) {
    if (body[member] === undefined) continue;
    delete body[member];
    warnings.add(`"${member}" was left out: ${target.model} does not take it.`);
  }
  for (const { member, value } of quirkEdits(body, target, carried)) body[member] = value;
  return { path: quirks.path ?? path, headers: {}, body, warnings: [...warnings, ...carried] };
}

function writeBody(
  request: ModelRequest,
  target: WireTarget,
  extras: readonly ExtraField[],
  warnings: Set<string>,
): JsonObject {
  const { quirks } = target;
  const warn = (warning: string) => void warnings.add(warning);
  const { format, instruction } = writeOutputFormat(request.output, quirks, warn);
  const messages = writeMessages(request.messages, quirks, warnings);
  const tools = [...(request.tools ?? []).map(writeTool), ...toolsOf(extras)];
  const effort = request.reasoning && effortOf(request.reasoning, quirks, warn);
  const members: JsonObject = {
    model: target.model,
    messages: withInstruction(messages, instruction, quirks.systemRole ?? 'system'),
    ...(target.stream && { stream: true }),
    ...(target.stream && quirks.streamUsage !== false && { stream_options: { include_usage: true } }),
    ...(tools.length > 0 && { tools, ...writeToolChoice(request, target, warn) }),
    response_format: format,
    reasoning_effort: effort,
    [quirks.maxTokensField ?? 'max_completion_tokens']: limitOf(request, target, warn),
    temperature: temperatureOf(request, warn),
    top_p: request.topP,
    top_k: request.topK,
    stop: request.stop && [...request.stop],
    seed: request.seed,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    user: request.user,
  };
  for (const { name, value } of extras) if (name !== 'tools') members[name] = value;
  return withoutAbsent(members);
}

function limitOf(
  { maxOutputTokens: asked }: ModelRequest,
  { maxOutputTokens: most }: WireTarget,
  warn: (warning: string) => void,
) {
  if (asked === undefined || most === undefined || asked <= most) return asked;
  warn(`The output limit of ${asked} tokens was lowered to the model's own, ${most}.`);
  return most;
}

function temperatureOf({ temperature }: ModelRequest, warn: (warning: string) => void) {
  if (temperature === undefined || temperature <= 2) return temperature;
  warn(`A temperature of ${temperature} was lowered to 2, the most there is.`);
  return 2;
}

function writeTool({ name, description, inputSchema, strict }: ToolDefinition): JsonObject {
  return {
    type: 'function',
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
  { quirks }: WireTarget,
  warn: (warning: string) => void,
): JsonObject {
  const forced = toolChoice?.type === 'required' || toolChoice?.type === 'tool';
  const held = !forced || quirks.forcedToolChoice !== false;
  if (!held)
    warn(`"${toolChoice?.type}" as tool choice was sent as "auto": this provider does not force a call.`);
  return {
    ...(toolChoice && { tool_choice: held ? choiceOf(toolChoice) : 'auto' }),
    ...(parallelTools !== undefined && { parallel_tool_calls: parallelTools }),
  };
}

function choiceOf(choice: ToolChoice): JsonValue {
  return choice.type === 'tool' ? { type: 'function', function: { name: choice.name } } : choice.type;
}

function withoutAbsent(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
