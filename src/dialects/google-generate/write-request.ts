import { forcesCall } from '../tools/forces-call.ts';
import { defined } from '../../core/json/defined.ts';
import type { Message } from '../../core/wire/content.ts';
import type { WireRequest, WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ExtraField, ModelRequest, ToolChoice, ToolDefinition } from '../../core/wire/request.ts';
import { acceptableIds } from '../tools/acceptable-ids.ts';
import { membersUnder, topLevelMembers } from '../fields/extra-members.ts';
import { finishRequest } from '../request/finish-request.ts';
import { carryExtras } from '../fields/carry-extras.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import { outputLimit } from '../request/output-limit.ts';
import { describedSchema } from '../schemas/described-schema.ts';
import { formatInWords } from '../schemas/json-instruction.ts';
import { noteStated } from '../schemas/note-stated.ts';
import { plainSchema } from '../schemas/plain-schema.ts';
import { choiceForAnswer, offersSchemaTool, schemaTool } from '../tools/schema-tool.ts';
import { showsThoughts } from '../reasoning/shows-thoughts.ts';
import { shapeTurns } from '../messages/shape-turns.ts';
import type { Draft } from '../request/draft.ts';
import { geminiHabits, thinkingConfig, type GeminiHabits } from '../makers/gemini-habits.ts';
import { knownName } from '../request/known-name.ts';
import { geminiSchema } from './gemini-schema.ts';
import { writeContent } from './write-content.ts';
import { warnOfCacheMarks } from '../prompt-cache/warn-of-cache-marks.ts';
import { warnOfUser } from '../request/warn-of-user.ts';

type GeminiDraft = Draft<GeminiHabits>;

/** Gemini accepts no more. */
const maxStopSequences = 5;

/**
 * Writes a request to `generateContent` or `streamGenerateContent`. @throws ConclaveError `unsupported` for what this
 * dialect cannot express.
 */
export function writeRequest(request: ModelRequest, target: WireTarget): WireRequest {
  const draft: GeminiDraft = { request, target, habits: geminiHabits(knownName(target)), warnings: [] };
  const body = writeBody(draft);
  const written = finishRequest({ path: pathFor(target), body, target, warnings: draft.warnings });
  const tools = objectsOf(written.body.tools).flatMap(({ functionDeclarations }) =>
    objectsOf(functionDeclarations),
  );
  return { ...written, answersByTool: offersSchemaTool(tools.map(({ name }) => name)) };
}

/** Returns the path: Google has the model in it, and streams have a method of their own. */
export function pathFor({ model, stream, quirks }: WireTarget): string {
  const method = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
  return quirks.path ?? `/models/${encodeURIComponent(model)}:${method}`;
}

function writeBody(draft: GeminiDraft): JsonObject {
  const extras = carryExtras(draft, 'google-generate');
  warnOfCacheMarks(draft);
  const answer = answerFormat(draft, extras);
  const config = {
    ...writeConfig(draft),
    ...answer.config,
    ...membersUnder('generationConfig.', extras),
  };
  warnOfUser(draft, 'Gemini');
  return {
    ...writeMessages(draft, answer.instruction),
    ...writeTools(draft, extras, answer.tool),
    ...(Object.keys(config).length > 0 && { generationConfig: config }),
    ...topLevelMembers(extras, ['tools', 'toolConfig']),
  };
}

function writeMessages(
  { request, habits, warnings }: GeminiDraft,
  instruction: string | undefined,
): JsonObject {
  const draft = {
    warnings,
    callId: acceptableIds(),
    nameOfCall: callNames(request.messages),
    demandsSignatures: habits.demandsSignatures,
  };
  const { system, turns } = shapeTurns<JsonObject>(
    request.messages,
    {
      write: (message) => writeContent(message, draft),
      writeText: (text) => ({ text }),
      isResult: ({ functionResponse }) => functionResponse !== undefined,
      isCall: ({ functionCall }) => functionCall !== undefined,
      mayEndAnswer: () => true,
      isBlank: () => false,
      systemTurns: false,
      prefill: true,
    },
    warnings,
  );
  if (instruction !== undefined) system.push({ text: instruction });
  const [first] = turns;
  const asUser = system.length > 0 && !habits.systemPrompt && first !== undefined;
  if (asUser) {
    warnings.push('The system prompt was put before the first user message: this model has none of its own.');
    first.blocks = [...system, ...first.blocks];
  }
  return {
    ...(system.length > 0 && !asUser && { systemInstruction: { parts: system } }),
    contents: turns.map(({ role, blocks }) => ({
      role: role === 'assistant' ? 'model' : 'user',
      parts: blocks,
    })),
  };
}

function callNames(messages: readonly Message[]): (id: string) => string {
  const names = new Map<string, string>();
  for (const { content } of messages) {
    for (const part of content) if (part.type === 'tool-call') names.set(part.id, part.name);
  }
  return (id) => names.get(id) ?? 'unknown_function';
}

/** How the model is made to answer in the requested format: held to it, by a function to call, or in words. */
type AnswerFormat = {
  readonly config?: JsonObject;
  readonly tool?: ToolDefinition;
  readonly instruction?: string;
};

/**
 * A schema and a forced function call exclude each other, before Gemini 3 JSON and any tool, and Google's own tools and
 * any function.
 */
function answerFormat(
  { request, target, habits, warnings }: GeminiDraft,
  extras: readonly ExtraField[],
): AnswerFormat {
  const { output, tools, toolChoice } = request;
  if (output === undefined) return {};
  if (!habits.jsonMode) return { instruction: formatInWords(output, warnings) };
  const hasOwn = ownTools(extras).length > 0;
  const isFree = habits.schemaWithTools || (tools === undefined && !hasOwn);
  const config = { responseMimeType: 'application/json' };
  if (output.type === 'json') return isFree ? { config } : { instruction: formatInWords(output, warnings) };
  const native = (target.quirks.schemaMode ?? 'json-schema') === 'json-schema';
  const isForced = tools !== undefined && forcesCall(toolChoice);
  if (native && !isForced && isFree) {
    const { schema, stated } = geminiSchema(describedSchema(output));
    noteStated('the answer', stated, warnings);
    return { config: { ...config, responseJsonSchema: schema } };
  }
  if (hasOwn && !habits.schemaWithTools) return { instruction: formatInWords(output, warnings) };
  warnings.push(
    'The JSON schema was sent as a function to call: this model does not support schemas otherwise.',
  );
  return { tool: schemaTool(output) };
}

function ownTools(extras: readonly ExtraField[]): JsonObject[] {
  return objectsOf(extras.find(({ name }) => name === 'tools')?.value);
}

function writeTools(
  { request, target, warnings }: GeminiDraft,
  extras: readonly ExtraField[],
  answer: ToolDefinition | undefined,
): JsonObject {
  const own = ownTools(extras);
  const declared = [...(request.tools ?? []), ...(answer ? [answer] : [])].map(
    ({ name, description, inputSchema }) => {
      const { schema, stated } = geminiSchema(plainSchema(inputSchema));
      noteStated(`the tool "${name}"`, stated, warnings);
      return { name, ...(description !== undefined && { description }), parametersJsonSchema: schema };
    },
  );
  const tools = [...own, ...(declared.length > 0 ? [{ functionDeclarations: declared }] : [])];
  const wanted = answer ? choiceForAnswer(request) : request.toolChoice;
  const functionCallingConfig = declared.length > 0 ? callingConfig(wanted, target, warnings) : undefined;
  const config = {
    ...objectOf(extras.find(({ name }) => name === 'toolConfig')?.value),
    ...(functionCallingConfig && { functionCallingConfig }),
  };
  if (request.parallelTools === false) {
    warnings.push('The request for one tool call at a time was left out: Gemini does not support it.');
  }
  if (request.tools?.some(({ strict }) => strict)) {
    warnings.push('Functions were offered without "strict": Gemini does not support it.');
  }
  return {
    ...(tools.length > 0 && { tools }),
    ...(Object.keys(config).length > 0 && { toolConfig: config }),
  };
}

function callingConfig(
  choice: ToolChoice | undefined,
  { quirks }: WireTarget,
  warnings: string[],
): JsonObject | undefined {
  if (choice === undefined) return undefined;
  if (choice.type === 'auto') return { mode: 'AUTO' };
  if (choice.type === 'none') return { mode: 'NONE' };
  if (quirks.forcedToolChoice === false) {
    warnings.push('The tool choice was sent as "auto": this model cannot be forced to call a tool.');
    return { mode: 'AUTO' };
  }
  return { mode: 'ANY', ...(choice.type === 'tool' && { allowedFunctionNames: [choice.name] }) };
}

function writeConfig(draft: GeminiDraft): JsonObject {
  const { request, habits, warnings } = draft;
  const { reasoning, stop } = request;
  const members: JsonObject = {
    maxOutputTokens: outputLimit(draft),
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    seed: request.seed,
    frequencyPenalty: request.frequencyPenalty,
    presencePenalty: request.presencePenalty,
    stopSequences: stop?.length ? stop.slice(0, maxStopSequences) : undefined,
    responseModalities: modalitiesOf(request),
    thinkingConfig:
      reasoning && thinkingConfig({ ...reasoning, visible: showsThoughts(request) }, habits, warnings),
  };
  if (stop && stop.length > maxStopSequences) {
    warnings.push(
      `Only the first ${maxStopSequences} stop sequences were sent: Gemini does not accept more.`,
    );
  }
  return defined(members);
}

/** Without them, the models that draw answer in text and images. */
function modalitiesOf({ answersIn }: ModelRequest): string[] | undefined {
  if (answersIn === 'images') return ['IMAGE'];
  return answersIn === 'text-and-images' ? ['TEXT', 'IMAGE'] : undefined;
}
