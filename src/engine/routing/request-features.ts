import { wantedEffort } from '../../core/wire/reasoning-effort.ts';
import { billingTerms, type BillingTerm } from '../../core/money/billing-terms.ts';
import type { Call } from '../../core/call.ts';
import type { MediaSource } from '../../core/wire/content.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import type { Capability, Model } from '../../core/model.ts';
import type { Conversation, Pin, RequestFeatures, Work } from '../../core/routing/request-features.ts';
import { withKeyRouting } from '../../core/routing/with-key-routing.ts';
import type { ModelChoice } from '../route.ts';
import { shownField } from '../../core/names/shown-field.ts';
import type { Tokens } from '../../core/units.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { RoutingServices } from './routing-services.ts';
import { furtherModels } from '../money/further-models.ts';
import { mustStayLocal } from './data-bounds.ts';
import type { ResolvedCall } from './resolve-call.ts';
import type { RequestSize } from './measure-request.ts';

/** Everything that filters and policies may read of a call; `models` are those that it may go to. */
export function requestFeatures(
  engine: RoutingServices,
  { call, choice, size, userText, classification }: ResolvedCall,
  models: readonly Model[],
): RequestFeatures {
  const { request, limits, principal, raw } = call;
  const isOpen = choice.kind === 'open';
  const { preferences, reserveOutputTokens } = engine.settings;
  const task = call.task ?? classification?.task;
  const most = request.maxOutputTokens ?? reserveOutputTokens;
  const predicted = predictedTokens(request);
  // Always all members: filters and policies read them a hundred times a call, and a single object shape per group
  // makes that fast.
  const work: Work = {
    task,
    isTaskNamed: call.task !== undefined,
    difficulty: call.difficulty ?? classification?.difficulty,
    tags: call.tags,
    tool: call.tool,
    isChecked: call.check !== undefined,
    prompt: userText?.text,
    promptFeatures: classification?.features.bytes,
  };
  return {
    at: engine.now(),
    asked: {
      model: request.model,
      tier: limits.tier ?? (isOpen ? choice.tier : undefined),
      localOnly: (isOpen && choice.localOnly) || mustStayLocal(call),
      policy: (isOpen ? choice.policy : undefined) ?? call.policy,
    },
    work,
    request: {
      needs: neededCapabilities(request, size),
      toolCount: request.tools?.length ?? 0,
      stream: request.stream,
      isTextOnly: isTextOnly(raw?.body),
      isSpoken: isSpoken(raw?.body),
      clientDialect: raw?.dialect,
      billingTerms: termsAsked(request),
      billedApart: billedApart(request),
      furtherModels: furtherModels(request, engine.catalogue),
    },
    size: {
      prompt: size.prompt,
      answer: {
        expected: Math.min(engine.answerLengths.of(task), most),
        ceiling: most + predicted,
        reserved: most + predicted,
      },
      modelAnswers: engine.answerLengths.at(task, most),
      answers: answersAsked(request),
      images: size.images,
      // Only a budget that refuses unknown prices, and the caller's own ceiling, promise to bound the bill.
      fillsWindow: size.hasReferences && (principal.boundedCost || limits.maxCostUsd !== undefined),
    },
    pin: pinOf(call, choice),
    limits: {
      maxCostUsd: limits.maxCostUsd,
      sharedCeiling: call.sharedCeiling,
      maxLatencyMs: limits.maxLatencyMs,
      maxOutputTokens: request.maxOutputTokens,
      otherFamilyThan: limits.otherFamilyThan,
    },
    key: { id: principal.keyId, name: principal.name },
    preferences: withKeyRouting(preferences, principal.routing),
    quality: isOpen ? engine.qualityOf(work, principal.keyId) : undefined,
    considered: isOpen ? models : undefined,
    conversation: isOpen ? conversationOf(engine, call, models) : undefined,
  };
}

function conversationOf(
  { conversations }: Pick<RoutingServices, 'conversations'>,
  call: Call,
  models: readonly Model[],
): Conversation | undefined {
  const known = conversations.of(call);
  if (!known) return undefined;
  const { model, warmTokens, author } = known;
  return { model, warmTokens, authorFamily: models.find(({ id }) => id === author)?.family };
}

/** OpenAI's `n`. Each answer is paid for, the prompt once. */
function answersAsked({ extras }: ModelRequest): number {
  const n = extras?.find(({ name }) => name === 'n')?.value;
  return typeof n === 'number' && Number.isSafeInteger(n) && n > 1 ? n : 1;
}

/** The most tokens of OpenAI's `prediction`: those that the answer does not contain are billed as part of it. */
function predictedTokens({ extras }: ModelRequest): Tokens {
  const prediction = extras?.find(({ name }) => name === 'prediction')?.value;
  return prediction ? Buffer.byteLength(JSON.stringify(prediction)) : 0;
}

/** The service-tier fields of OpenAI, Anthropic and Amazon. */
function termsAsked({ extras = [] }: ModelRequest): readonly BillingTerm[] | undefined {
  const asked: Record<string, JsonValue> = {};
  for (const { name, value } of extras) {
    if (name === 'service_tier' || name === 'speed' || name === 'inference_geo') asked[name] = value;
    else if (name === 'serviceTier' && isJsonObject(value)) asked[name] = value.type ?? '';
    else if (name === 'performanceConfig' && isJsonObject(value)) asked[name] = value.latency ?? '';
  }
  const terms = billingTerms(asked);
  return terms.length > 0 ? terms : undefined;
}

/** A field that only its own dialect expresses, or that only the provider of a named model can resolve. */
function pinOf({ request, strict }: Call, choice: ModelChoice): Pin | undefined {
  const { origin, extras } = request;
  const file = namedFile(request);
  const provider = choice.kind === 'open' ? undefined : choice.model.provider;
  const pinning = origin && extras?.find(({ fieldClass }) => fieldClass === 'pinning');
  if (pinning) return { field: shownField(pinning), dialect: origin, provider };
  // Hint fields never filter, unless the caller is strict.
  const required = extras?.find(
    ({ fieldClass, isRead, writtenBy }) =>
      // Whether a dialect expresses the field shows when the request is written in it.
      fieldClass !== 'hint' || (strict === true && !isRead && !writtenBy),
  );
  if (file) return { field: 'a file id', dialect: origin && required ? origin : file.dialect, provider };
  return origin && required && { field: shownField(required), dialect: origin, provider: undefined };
}

type NamedFile = Extract<MediaSource, { kind: 'file' }>;

/** The first file that is referred to by a provider's file id. */
function namedFile({ messages }: ModelRequest): NamedFile | undefined {
  for (const { content } of messages) {
    for (const part of content) {
      if ('source' in part && part.source.kind === 'file') return part.source;
    }
  }
  return undefined;
}

/** Without `modalities`, a model that speaks by default may speak. */
function isTextOnly(body: JsonObject | undefined): boolean {
  const modalities = body?.['modalities'];
  return Array.isArray(modalities) && modalities.length === 1 && modalities[0] === 'text';
}

/** A coding agent declares such tools beside its own in every request: only what the call cannot do without counts. */
function billedApart({ extras }: ModelRequest): readonly BillingTerm[] | undefined {
  return extras?.flatMap((extra) => (extra.fieldClass === 'hint' ? [] : (extra.billedApart ?? [])));
}

/** OpenAI's `modalities`, or Gemini's. */
function isSpoken(body: JsonObject | undefined): boolean {
  const { modalities, generationConfig } = body ?? {};
  const wanted = isJsonObject(generationConfig) ? generationConfig.responseModalities : modalities;
  return Array.isArray(wanted) && wanted.some((one) => /^audio$/i.test(String(one)));
}

function neededCapabilities({ reasoning }: ModelRequest, { needs }: RequestSize): readonly Capability[] {
  const effort = reasoning && wantedEffort(reasoning);
  const thinks = effort !== undefined && effort !== 'none';
  return thinks ? [...needs, 'reasoning'] : needs;
}
