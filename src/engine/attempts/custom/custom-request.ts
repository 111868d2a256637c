import type { Call } from '../../../core/call.ts';
import { ConclaveError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { Model } from '../../../core/model.ts';
import { shownField } from '../../../core/names/shown-field.ts';
import type { ChatParams } from '../../../core/wire/llm-provider.ts';
import { isThinkingOff, wantedEffort } from '../../../core/wire/reasoning-effort.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import { refuseWarned } from '../request/refuse-warned.ts';

/** A call as a custom provider is given it. */
export type CustomRequest = {
  readonly params: ChatParams;
  /** What it cannot be given. */
  readonly warnings: readonly string[];
};

/**
 * Writes a call for a custom provider.
 * @throws ConclaveError `unsupported` for what must not be left out; for a strict caller, that is everything.
 */
export function customRequest({ request, strict }: Call, model: Model, signal: AbortSignal): CustomRequest {
  if (request.embedding) {
    throw new ConclaveError(
      'unsupported',
      `${model.provider} is a custom provider and offers no embeddings.`,
    );
  }
  const isNot = `was left out: ${model.provider}, a custom provider, is not given it.`;
  const warnings = [
    ...leftOut(request).map((name) => `"${name}" ${isNot}`),
    ...extrasLeftOut(request, isNot),
  ];
  if (strict) refuseWarned(warnings);
  return { params: chatParams(model, request, signal), warnings };
}

/** `ours`: concerns Conclave, or only the cost of the answer. `partly`: depends on the value. */
type Fate = 'given' | 'partly' | 'left out' | 'ours';

const fates: Readonly<Record<keyof ModelRequest, Fate>> = {
  model: 'given',
  messages: 'given',
  stream: 'given',
  tools: 'given',
  maxOutputTokens: 'given',
  temperature: 'given',
  output: 'given',
  toolChoice: 'partly',
  parallelTools: 'partly',
  reasoning: 'partly',
  topP: 'left out',
  topK: 'left out',
  stop: 'left out',
  seed: 'left out',
  frequencyPenalty: 'left out',
  presencePenalty: 'left out',
  user: 'left out',
  includeUsage: 'ours',
  summarized: 'ours',
  session: 'ours',
  cacheKey: 'ours',
  promptCache: 'ours',
  embedding: 'ours',
  answersIn: 'ours',
  readWarnings: 'ours',
  origin: 'ours',
  extras: 'ours',
};

function leftOut(request: ModelRequest): string[] {
  const { toolChoice, parallelTools } = request;
  const forced = toolChoice?.type === 'required' || toolChoice?.type === 'tool';
  const mayCall = toolsOf(request) !== undefined;
  return [
    ...Object.entries(fates).flatMap(([name, fate]) =>
      fate === 'left out' && has(request, name) ? name : [],
    ),
    ...(forced && mayCall ? ['toolChoice'] : []),
    ...(parallelTools === false && mayCall ? ['parallelTools'] : []),
    ...(asksToThink(request) ? ['reasoning'] : []),
  ];
}

function asksToThink({ reasoning, origin }: ModelRequest): boolean {
  if (!reasoning || reasoning.isOurs || isThinkingOff(reasoning)) return false;
  // A client of Anthropic says whether thoughts are shown only together with the wish for them.
  const isWished =
    origin === 'anthropic-messages' ? reasoning.visible !== undefined : reasoning.visible === true;
  return isWished || wantedEffort(reasoning) !== undefined;
}

/** An empty list asks for nothing. */
function has(request: object, name: string): boolean {
  return Object.entries(request).some(
    ([member, value]) =>
      member === name && value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
}

/** @throws ConclaveError `unsupported` for a field of another API that must not be left out. */
function extrasLeftOut({ extras = [] }: ModelRequest, isNot: string): string[] {
  const left = extras.filter(({ isRead }) => !isRead);
  const needed = left.find(({ fieldClass }) => fieldClass !== 'hint');
  if (needed) {
    const message = `${shownField(needed)} ${isNot} Choose another model or leave it out.`;
    throw new ConclaveError('unsupported', message, { param: needed.name });
  }
  return left.map((field) =>
    field.inWords
      ? `${shownField(field)} was written into the prompt: a custom provider cannot enforce it.`
      : `${shownField(field)} ${isNot}`,
  );
}

function chatParams(model: Model, request: ModelRequest, signal: AbortSignal): ChatParams {
  const schema = schemaOf(request);
  const tools = toolsOf(request);
  return {
    model: model.name,
    messages: request.messages,
    signal,
    ...(tools && { tools }),
    ...(request.maxOutputTokens !== undefined && { maxTokens: request.maxOutputTokens }),
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(schema && { schema }),
  };
}

/** Without the tools, none can be called. */
function toolsOf({ tools, toolChoice }: ModelRequest): ModelRequest['tools'] {
  return toolChoice?.type === 'none' || tools?.length === 0 ? undefined : tools;
}

function schemaOf({ output }: ModelRequest): JsonObject | undefined {
  if (output?.type === 'json') return { type: 'object' };
  return output?.schema;
}
