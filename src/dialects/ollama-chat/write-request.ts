import { forcesCall } from '../tools/forces-call.ts';
import { defined } from '../../core/json/defined.ts';
import { isThinkingOff } from '../../core/wire/reasoning-effort.ts';
import type { WireRequest, WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ExtraField, ModelRequest, ReasoningEffort, ToolDefinition } from '../../core/wire/request.ts';
import { membersUnder } from '../fields/extra-members.ts';
import type { RequestDraft } from '../request/draft.ts';
import { finishRequest } from '../request/finish-request.ts';
import { carryExtras } from '../fields/carry-extras.ts';
import { describedSchema } from '../schemas/described-schema.ts';
import { formatInWords } from '../schemas/json-instruction.ts';
import { mayCallTools } from '../tools/may-call-tools.ts';
import { schemaInliner } from '../schemas/schema-inliner.ts';
import { noteStated } from '../schemas/note-stated.ts';
import { objectSchema } from '../schemas/object-schema.ts';
import { effortFor } from '../makers/known-efforts.ts';
import { contextSize } from './context-size.ts';
import { namedContextSize } from './named-context-size.ts';
import { writeMessages } from './write-messages.ts';
import { systemFirst } from '../messages/system-first.ts';
import { warnOfCacheMarks } from '../prompt-cache/warn-of-cache-marks.ts';
import { warnOfNames } from '../messages/warn-of-names.ts';
import { warnOfUser } from '../request/warn-of-user.ts';
import { withInstruction } from '../messages/with-instruction.ts';

export const path = '/api/chat';

/** Writes a request for an Ollama server. @throws ConclaveError `unsupported` for what this dialect cannot express. */
export function writeRequest(request: ModelRequest, target: WireTarget): WireRequest {
  const draft: RequestDraft = { request, target, warnings: [] };
  const { warnings } = draft;
  const size = namedContextSize(draft);
  const extras = carryExtras(draft, 'ollama-chat', size === undefined ? [] : ['num_ctx', 'options']);
  warnOfCacheMarks(draft);
  warnOfNames(request.messages, warnings);
  const tools = offeredTools(draft);
  const { format, instruction } = outputFormat(draft);
  const written = withInstruction(writeMessages(draft), instruction, 'system');
  const messages = [...systemFirst(written, draft)];
  const think = thinkOf(draft);
  const num_ctx = contextSize(messages, tools, request.maxOutputTokens, target, size);
  if (size !== undefined && num_ctx !== size)
    warnings.push(
      `"num_ctx" became ${num_ctx}: the conversation and its answer do not fit in ${size} tokens.`,
    );
  const body: JsonObject = {
    model: target.model,
    messages,
    // Unlike in other dialects, streaming is the default.
    stream: target.stream,
    ...(tools.length > 0 && { tools }),
    ...(format !== undefined && { format }),
    ...(think !== undefined && { think }),
    // A conversation that does not fit must be an error, not be cut in half; older servers ignore both fields.
    truncate: false,
    shift: false,
    ...topLevel(extras),
    options: {
      num_ctx,
      ...sampling(request),
      ...membersUnder(optionPrefix, extras),
    },
  };
  warnOfUser(draft, 'Ollama');
  return finishRequest({ path, body, target, warnings });
}

/** The prefix of extra fields that belong in `options`. */
export const optionPrefix = 'options.';

function topLevel(extras: readonly ExtraField[]): JsonObject {
  return Object.fromEntries(
    extras.filter(({ name }) => !name.startsWith(optionPrefix)).map(({ name, value }) => [name, value]),
  );
}

function sampling(request: ModelRequest): JsonObject {
  return defined({
    num_predict: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    stop: request.stop && [...request.stop],
    seed: request.seed,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
  });
}

/**
 * Returns the output format. Ollama constrains every token to it, so that a model could not begin a tool call and would
 * invent the answer: https://github.com/ollama/ollama/issues/13750. While tools are offered, it is put into words.
 */
function outputFormat({ request, target, warnings }: RequestDraft): {
  readonly format?: string | JsonObject;
  readonly instruction?: string;
} {
  const { output } = request;
  if (output === undefined) return {};
  if (mayCallTools(request) && !target.quirks.formatWithTools)
    return { instruction: formatInWords(output, warnings) };
  return { format: output.type === 'json' ? 'json' : describedSchema(output) };
}

/** Returns the tools to offer. Ollama cannot force a call; a named tool is at least the only one offered. */
function offeredTools({ request, warnings }: RequestDraft): JsonObject[] {
  const { tools = [], toolChoice, parallelTools } = request;
  if (toolChoice?.type === 'none') return [];
  if (forcesCall(toolChoice) && tools.length > 0) {
    warnings.push(`"${toolChoice.type}" as tool choice was left to the model: Ollama does not force a call.`);
  }
  if (parallelTools === false && tools.length > 0) {
    warnings.push('Ollama cannot disable parallel tool calls: the model may return several.');
  }
  if (tools.some(({ strict }) => strict)) {
    warnings.push('Functions were offered without "strict": Ollama does not support it.');
  }
  const named = toolChoice?.type === 'tool' ? tools.filter(({ name }) => name === toolChoice.name) : tools;
  const inline = schemaInliner();
  return named.map((tool) => writeTool(tool, { inline, warnings }));
}

/**
 * Ollama decodes schemas into structs with few fields: a value of another type fails the whole request, of the schema at
 * the top it keeps only the type and the properties, and of a property that is a reference it keeps nothing.
 */
function writeTool(
  { name, description, inputSchema }: ToolDefinition,
  { inline, warnings }: { readonly inline: (schema: JsonObject) => JsonObject; readonly warnings: string[] },
): JsonObject {
  const { schema, stated } = objectSchema(inputSchema);
  noteStated(`the tool "${name}"`, stated, warnings);
  const about =
    stated.length > 0 ? [description, schema.description].filter(Boolean).join('\n\n') : description;
  const definition = {
    name,
    ...(about !== undefined && { description: about }),
    parameters: inline(schema),
  };
  return { type: 'function', function: definition };
}

/** The levels of gpt-oss, whose thinking cannot be switched off completely. */
const levels: readonly ReasoningEffort[] = ['low', 'medium', 'high'];

/**
 * Returns the value of `think`. Only gpt-oss has levels; other models reject them, and models that do not think reject
 * even `true`.
 */
function thinkOf(draft: RequestDraft): boolean | string | undefined {
  const { request, target, warnings } = draft;
  const { reasoning } = request;
  const { model, knownAs = model, capabilities } = target;
  if (reasoning === undefined) return undefined;
  if (/(?:^|\/)gpt-oss/.test(knownAs))
    return effortFor({
      ...draft,
      target: { ...target, quirks: { reasoningEfforts: levels }, capabilities: { reasoning: true } },
    });
  if (isThinkingOff(reasoning)) return false;
  if (capabilities?.reasoning === true) return true;
  warnings.push(`The request to think was left out: ${model} is not known to support it.`);
  return undefined;
}
