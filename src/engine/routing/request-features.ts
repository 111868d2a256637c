import { wantedEffort } from '../../core/wire/reasoning-effort.ts';
import { billingTerms, type BillingTerm } from '../../core/money/billing-terms.ts';
import type { Call } from '../../core/call.ts';
import type { DialectId, MediaSource } from '../../core/wire/content.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import { hasTag } from '../../core/names/has-tag.ts';
import type { Capability, Model } from '../../core/model.ts';
import type { Conversation, RequestFeatures } from '../../core/routing/plan.ts';
import { shownField } from '../../core/names/shown-field.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { RoutingParts } from './routing-parts.ts';
import { furtherModels } from '../money/further-models.ts';
import type { CallToRoute } from './call-to-route.ts';
import type { RequestSize } from './measure-request.ts';

/** Everything that filters and policies may read of a call; `models` are those that it may go to. */
export function requestFeatures(
  engine: RoutingParts,
  { call, choice, size, said, classification }: CallToRoute,
  models: readonly Model[],
): RequestFeatures {
  const { request, limits, principal, raw } = call;
  const isOpen = choice.kind === 'open';
  const file = namedFile(request);
  const pinned = pinnedDialect(call, file);
  const field = pinningField(request, file);
  const task = call.task ?? classification?.task;
  const difficulty = call.difficulty ?? classification?.difficulty;
  const promptFeatures = classification?.features.bytes;
  const { preferences, reserveOutputTokens } = engine.settings;
  const most = request.maxOutputTokens ?? reserveOutputTokens;
  const conversation = isOpen ? engine.conversations.of(call) : undefined;
  const work = { keyId: principal.keyId, task, difficulty, tags: call.tags, promptFeatures };
  // Always all members: filters and policies read them a hundred times a call, and a single object shape makes that
  // fast.
  return {
    requestedModel: request.model,
    tier: limits.tier ?? (isOpen ? choice.tier : undefined),
    localOnly: (isOpen && choice.localOnly) || isSensitive(call),
    task,
    isTaskNamed: call.task !== undefined,
    difficulty,
    needs: neededCapabilities(request, size),
    toolCount: request.tools?.length,
    inputTokens: size.inputTokens,
    inputTokensUpperBound: size.inputTokensUpperBound,
    inputTokensAtMost: size.inputTokensAtMost,
    outputTokens: Math.min(engine.answerLengths.of(task), most),
    outputTokensAsked: request.maxOutputTokens,
    outputTokensUpperBound: most,
    stream: request.stream,
    isTextOnly: isTextOnly(raw?.body),
    answers: answersAsked(request),
    isChecked: call.check !== undefined,
    billingTerms: termsAsked(request),
    clientDialect: raw?.dialect,
    pinnedDialect: pinned?.dialect,
    pinnedBy: pinned?.field,
    pinnedProvider: field === undefined || isOpen ? undefined : { id: choice.model.provider, field },
    furtherModels: furtherModels(request, engine.catalogue),
    maxCostUsd: limits.maxCostUsd,
    maxLatencyMs: limits.maxLatencyMs,
    otherFamilyThan: limits.otherFamilyThan,
    tags: call.tags,
    at: engine.now(),
    tool: call.tool,
    keyId: principal.keyId,
    keyName: principal.name,
    prompt: said?.text,
    authorFamily: authorFamily(conversation, models),
    promptFeatures,
    quality: isOpen ? engine.qualityOf(work) : undefined,
    preferences: principal.routing ? { ...preferences, ...principal.routing } : preferences,
    policy: (isOpen ? choice.policy : undefined) ?? call.policy,
    considered: isOpen ? models : undefined,
    conversation,
  };
}

function authorFamily(conversation: Conversation | undefined, models: readonly Model[]): string | undefined {
  const author = conversation?.author;
  return author === undefined ? undefined : models.find(({ id }) => id === author)?.family;
}

/** Whether only local models may see the call, by its own tags or its key's. */
export function isSensitive({ tags, principal }: Pick<Call, 'tags' | 'principal'>): boolean {
  return hasTag(tags, 'sensitive') || (principal.tags !== undefined && hasTag(principal.tags, 'sensitive'));
}

/** OpenAI's `n`. Each answer is paid for, the prompt once. */
function answersAsked({ extras }: ModelRequest): number {
  const n = extras?.find(({ name }) => name === 'n')?.value;
  return typeof n === 'number' && Number.isSafeInteger(n) && n > 1 ? n : 1;
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

/** The field of the request that only its origin can resolve. */
function pinningField({ extras }: ModelRequest, file: NamedFile | undefined): string | undefined {
  const extra = extras?.find(({ fieldClass }) => fieldClass === 'pinning');
  return extra?.name ?? (file && 'a file id');
}

type Pin = { readonly dialect: DialectId; readonly field: string };

/** Hint fields never filter, unless the caller is strict. */
function pinnedDialect({ request, strict }: Call, file: NamedFile | undefined): Pin | undefined {
  const { origin, extras } = request;
  const pin = extras?.find(
    ({ fieldClass, isRead, writtenBy }) =>
      // Whether a dialect expresses the field shows when the request is written in it.
      fieldClass !== 'hint' || (strict === true && !isRead && !writtenBy),
  );
  if (pin) return origin && { dialect: origin, field: shownField(pin) };
  return file && { dialect: file.dialect, field: 'a file id' };
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

function neededCapabilities({ reasoning }: ModelRequest, { needs }: RequestSize): readonly Capability[] {
  const effort = reasoning && wantedEffort(reasoning);
  const thinks = effort !== undefined && effort !== 'none';
  return thinks ? [...needs, 'reasoning'] : needs;
}
