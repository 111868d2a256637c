import type { WireRequest, WireTarget } from '../../core/dialect.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ModelRequest, ToolChoice, ToolDefinition } from '../../core/request.ts';
import { quirkEdits } from '../apply-quirks.ts';
import { carryExtras } from '../carry-extras.ts';
import { effortFor } from './reasoning-effort.ts';
import { writeMessages } from './write-messages.ts';
import { writeOutput } from './write-output.ts';

export const path = '/chat/completions';

/** A request for a provider. @throws ConclaveError `unsupported` for what has no word here. */
export function writeRequest(request: ModelRequest, target: WireTarget): WireRequest {
  const warnings: string[] = [];
  const body = writeBody(request, target, warnings);
  for (const { member, value } of quirkEdits(body, target, warnings)) body[member] = value;
  return { path: target.quirks.path ?? path, headers: {}, body, warnings: [...new Set(warnings)] };
}

function writeBody(request: ModelRequest, target: WireTarget, warnings: string[]): JsonObject {
  const { quirks } = target;
  const extras = carryExtras(request, 'openai-chat', warnings);
  const own = Object.fromEntries(
    extras.filter(({ name }) => name !== 'tools').map(({ name, value }) => [name, value]),
  );
  const custom = extras.find(({ name }) => name === 'tools')?.value;
  const output = writeOutput(request.output, quirks.schemaMode, warnings);
  const tools = [...(request.tools ?? []).map(writeTool), ...(Array.isArray(custom) ? custom : [])];
  const effort = effortFor(request.reasoning, quirks, warnings);
  const limit = limitOf(request, target, warnings);
  if (request.topK !== undefined) warnings.push('"top_k" was left out: OpenAI\'s format has no word for it.');
  const body: JsonObject = {
    model: target.model,
    messages: writeMessages(request.messages, { quirks, instruction: output.instruction, warnings }),
    ...(limit !== undefined && { [quirks.maxTokensField ?? 'max_completion_tokens']: limit }),
    ...(tools.length > 0 && { tools, ...toolControls(request, target, warnings) }),
    ...(output.format && { response_format: output.format }),
    ...(effort && { reasoning_effort: effort }),
    temperature: request.temperature,
    top_p: request.topP,
    stop: request.stop && [...request.stop],
    seed: request.seed,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    user: request.user,
    ...(target.stream && {
      stream: true,
      ...(quirks.streamUsage !== false && { stream_options: { include_usage: true } }),
    }),
    ...own,
  };
  // JSON.stringify would drop them anyway; whoever looks at the body need not see them.
  for (const name of Object.keys(body)) if (body[name] === undefined) delete body[name];
  return body;
}

function limitOf(request: ModelRequest, target: WireTarget, warnings: string[]): number | undefined {
  const asked = request.maxOutputTokens;
  const most = target.maxOutputTokens;
  if (asked === undefined || most === undefined || asked <= most) return asked;
  warnings.push(`The output limit of ${asked} tokens was lowered to the model's own, ${most}.`);
  return most;
}

export function writeTool({ name, description, inputSchema, strict }: ToolDefinition): JsonObject {
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

function toolControls(
  { toolChoice, parallelTools }: ModelRequest,
  { quirks }: WireTarget,
  warnings: string[],
): JsonObject {
  const parallel = parallelTools === undefined ? {} : { parallel_tool_calls: parallelTools };
  if (!toolChoice) return parallel;
  const forced = toolChoice.type === 'required' || toolChoice.type === 'tool';
  if (forced && quirks.forcedToolChoice === false) {
    warnings.push('This provider cannot be made to call a tool; it was left the choice.');
    return { ...parallel, tool_choice: 'auto' };
  }
  return { ...parallel, tool_choice: writeToolChoice(toolChoice) };
}

function writeToolChoice(choice: ToolChoice): string | JsonObject {
  return choice.type === 'tool' ? { type: 'function', function: { name: choice.name } } : choice.type;
}
