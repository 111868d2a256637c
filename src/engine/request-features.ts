import type { Call } from '../core/call.ts';
import type { Resolution } from '../core/catalogue.ts';
import type { Classification } from '../core/classification.ts';
import type { DialectId } from '../core/content.ts';
import { isJsonObject } from '../core/json.ts';
import type { Capability, Model } from '../core/model.ts';
import type {
  Conversation,
  KindOfWork,
  QualityEstimates,
  RequestFeatures,
  RoutingPreferences,
} from '../core/plan.ts';
import { shownName } from '../core/shown-name.ts';
import type { ExtraField, ModelRequest } from '../core/request.ts';
import type { TaskType } from '../core/task.ts';
import type { Ms, Tokens } from '../core/units.ts';
import type { RequestSize } from './measure-request.ts';

type Measured = {
  readonly size: RequestSize;
  readonly classification: Classification | undefined;
  readonly defaultOutputTokens: Tokens;
  readonly usualOutputTokens: (task: TaskType | undefined) => Tokens;
  readonly at: Ms;
  readonly preferences: RoutingPreferences;
  readonly conversation?: Conversation | undefined;
  readonly considered?: readonly Model[] | undefined;
  readonly qualityOf?: (work: KindOfWork) => QualityEstimates;
};

/** Everything that filters and policies may look at, from a call and its measured size. */
export function requestFeatures(
  call: Call,
  resolution: Resolution,
  {
    size,
    classification,
    defaultOutputTokens,
    usualOutputTokens,
    at,
    preferences,
    conversation,
    considered,
    qualityOf,
  }: Measured,
): RequestFeatures {
  const tier = call.limits.tier ?? (resolution.kind === 'auto' ? resolution.tier : undefined);
  const pinned = pinnedDialect(call);
  const field = pinningField(call);
  const task = call.task ?? classification?.task;
  const difficulty = call.difficulty ?? classification?.difficulty;
  const policy = (resolution.kind === 'auto' ? resolution.policy : undefined) ?? call.policy;
  const tags = [...call.tags, ...(call.principal.tags ?? [])];
  const most = call.request.maxOutputTokens ?? defaultOutputTokens;
  return {
    requestedModel: call.request.model,
    ...(tier && { tier }),
    localOnly: (resolution.kind === 'auto' && resolution.localOnly) || tags.includes('sensitive'),
    ...(task && { task }),
    ...(difficulty !== undefined && { difficulty }),
    needs: neededCapabilities(call, size),
    inputTokens: size.inputTokens,
    inputTokensUpperBound: size.inputTokensUpperBound,
    inputTokensAtMost: size.inputTokensAtMost,
    outputTokens: Math.min(usualOutputTokens(task), most),
    outputTokensUpperBound: most,
    stream: call.request.stream,
    answers: answersAsked(call.request),
    ...(call.raw && { clientDialect: call.raw.dialect }),
    ...(pinned && { pinnedDialect: pinned.dialect, pinnedBy: pinned.field }),
    ...(field !== undefined &&
      resolution.kind === 'model' && { pinnedProvider: { id: resolution.model.provider, field } }),
    ...(call.limits.maxCostUsd !== undefined && { maxCostUsd: call.limits.maxCostUsd }),
    ...(call.limits.maxLatencyMs !== undefined && { maxLatencyMs: call.limits.maxLatencyMs }),
    ...(call.limits.otherFamilyThan && { otherFamilyThan: call.limits.otherFamilyThan }),
    tags: call.tags,
    at,
    ...(call.tool && { tool: call.tool }),
    keyName: call.principal.name,
    prompt: lastWords(call),
    preferences: { ...preferences, ...call.principal.routing },
    ...(policy && { policy }),
    ...(conversation && { conversation }),
    ...(considered && { considered }),
    ...(qualityOf && { quality: qualityOf({ task, difficulty, tags: call.tags }) }),
  };
}

/** OpenAI's `n`. Each is paid for, the prompt once. */
function answersAsked({ extras }: ModelRequest): number {
  const n = extras?.find(({ name }) => name === 'n')?.value;
  return typeof n === 'number' && Number.isSafeInteger(n) && n > 1 ? n : 1;
}

/** What the user said last. */
function lastWords({ request }: Call): string {
  const last = request.messages.findLast(({ role }) => role === 'user');
  return last?.content.reduce((text, part) => (part.type === 'text' ? text + part.text : text), '') ?? '';
}

/** What in the request only its origin knows. */
function pinningField({ request }: Call): string | undefined {
  const extra = request.extras?.find(({ fieldClass }) => fieldClass === 'pinning');
  if (extra) return extra.name;
  const file = request.messages.some(({ content }) =>
    content.some((part) => 'source' in part && part.source.kind === 'file'),
  );
  return file ? 'a file id' : undefined;
}

/** Hints never filter, unless the caller asked for strictness. */
function pinnedDialect(call: Call): { readonly dialect: DialectId; readonly field: string } | undefined {
  const { origin, extras } = call.request;
  const pin = extras?.find(({ fieldClass }) => fieldClass !== 'hint' || call.strict === true);
  if (pin) return origin && { dialect: origin, field: shown(pin) };
  for (const message of call.request.messages) {
    for (const part of message.content) {
      if ('source' in part && part.source.kind === 'file') {
        return { dialect: part.source.dialect, field: 'a file id' };
      }
    }
  }
  return undefined;
}

/** A field by its name; of tools also which, because a client that offers many must know the one to switch off. */
function shown({ name, value }: ExtraField): string {
  const tools = Array.isArray(value) && name === 'tools' ? value.filter(isJsonObject) : [];
  const named = tools.map(({ name: own, custom, type }) => {
    const word = own ?? (isJsonObject(custom) ? custom.name : undefined) ?? type;
    return typeof word === 'string' ? shownName(word) : 'a tool';
  });
  return named.length === 0 ? `"${name}"` : `"${name}" (${[...new Set(named)].slice(0, 5).join(', ')})`;
}

function neededCapabilities(call: Call, size: RequestSize): Capability[] {
  const effort = call.request.reasoning?.effort;
  const thinks =
    call.request.reasoning?.budgetTokens !== undefined || (effort !== undefined && effort !== 'none');
  return thinks ? [...size.needs, 'reasoning'] : [...size.needs];
}
