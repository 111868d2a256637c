import type { Call } from '../../../core/call.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { DialectId } from '../../../core/wire/content.ts';
import type { Dialect, WireTarget } from '../../../core/wire/dialect.ts';
import { ConclaveError } from '../../../core/errors.ts';
import type { Candidate } from '../../../core/provider.ts';
import { withProofsOf } from '../../memory/thought-proof.ts';
import { spliceMembers, splicedPieces } from '../../../core/json/splice-members.ts';
import { bodyPieces } from './body-pieces.ts';
import { crossingHeaders } from './crossing-headers.ts';
import type { Route } from '../../route.ts';
import type { Codecs, UnsignedRequest } from '../../services.ts';
import { measureRequest } from '../../routing/size/measure-request.ts';
import { isOurs } from '../../routing/choice/choice-of.ts';
import type { Thoughts } from '../../memory/origins.ts';
import { usableEndpoints, type UsableEndpoint } from '../../deployments/access/usable-endpoints.ts';
import { takesOneCall } from './takes-one-call.ts';
import { refuseWarned } from './refuse-warned.ts';
import { withUniqueCallIds } from './unique-call-ids.ts';
import { withFittingProperties, type PropertyNames } from './fitting-properties.ts';
import { withFittingToolNames, type ToolNames } from './fitting-tool-names.ts';
import { withoutThinking } from './without-thinking.ts';
import type { ConversationMemory } from '../../memory/conversation-memory.ts';

/** From this size on, copying a body costs more than sending it in pieces. */
const largeBytes = 64 * 1024;

/** A request as it is sent to a provider, without its credential. */
export type WrittenRequest = {
  readonly dialect: Dialect;
  /** The client's own bytes, not a translation. */
  readonly relayed: boolean;
  readonly unsigned: UnsignedRequest;
  /** The provider is asked for a stream. */
  readonly streamed: boolean;
  /** What could not be carried over from the client's request. */
  readonly warnings: readonly string[];
  /** Reasoning that the client did not send back has been restored. */
  readonly restoredReasoning?: boolean;
  readonly answersByTool?: boolean;
  /** The client can receive one tool call, and no more. */
  readonly oneCall?: boolean;
  /** Absent: the model was given the tools' own names. */
  readonly toolNames?: ToolNames;
  /** Absent: the model was given the tools' own property names. */
  readonly properties?: PropertyNames;
};

/** What earlier tries of the same call have shown about how to ask a candidate. */
export type EarlierTries = {
  /** Dialects in which it is not to be asked. */
  readonly notIn: ReadonlySet<DialectId>;
  /** Reasoning that the client did not send back may be restored. */
  readonly restoresReasoning: boolean;
};

/**
 * Writes the request for a candidate: the client's own bytes if its deployment supports their dialect, otherwise a
 * translation into the first of its dialects that supports everything in it.
 * @throws ConclaveError `unsupported` if no dialect does.
 */
export function writeWireRequest(
  engine: Codecs & Pick<ConversationMemory, 'origins' | 'turnThoughts'>,
  route: Route,
  candidate: Candidate,
  { notIn, restoresReasoning }: EarlierTries,
): WrittenRequest {
  const { features } = route;
  const limited = withinModel(route, candidate);
  const { deployment } = candidate;
  let refusal: ConclaveError | undefined;
  const pinned = features.pin?.dialect;
  const chosen = isOurs(route.choice, candidate.model);
  for (const spoken of usableEndpoints(engine, limited, candidate)) {
    if ((pinned && spoken.dialect.id !== pinned) || notIn.has(spoken.dialect.id)) continue;
    const call = restoresReasoning
      ? withLostThoughts(engine, { ...route, call: limited }, candidate, spoken)
      : limited;
    const thoughts = engine.origins.thoughtsOf(call);
    try {
      const written = writeInto(spoken, call, candidate, { thoughts, chosen });
      if (call.strict) refuseWarned(written.warnings);
      const worse = whyWorse(spoken, candidate, refusal);
      return { ...written, restoredReasoning: call !== limited, warnings: [...written.warnings, ...worse] };
    } catch (thrown) {
      if (!(thrown instanceof ConclaveError) || thrown.code !== 'unsupported') throw thrown;
      refusal ??= thrown;
    }
  }
  const none = `Deployment ${deployment.id} has no endpoint in a dialect that this build supports.`;
  throw refusal ?? new ConclaveError('configuration', none);
}

/**
 * Restores what the model itself thought before it called a tool, if the client has kept only the call, and as long as
 * there is room for it.
 */
function withLostThoughts(
  { turnThoughts }: Pick<ConversationMemory, 'turnThoughts'>,
  { call, features }: Route,
  candidate: Candidate,
  { dialect }: UsableEndpoint,
): Call {
  const reader = { candidate, dialect, relayed: call.raw?.dialect === dialect.id };
  const request = turnThoughts.restored(call.request, call.principal.keyId, reader);
  if (request === call.request) return call;
  const { contextWindow = Infinity } = candidate.model;
  const added = measureRequest(request).prompt.expected - measureRequest(call.request).prompt.expected;
  // Count twice the estimate: if in doubt, the client's own content takes precedence.
  if (features.size.prompt.expected + 2 * added + features.size.answer.expected > contextWindow) return call;
  return { ...call, request };
}

/** Lowers a limit that Conclave added to the model's maximum: a caller who set no limit must not be refused for one. */
function withinModel({ call, limitAdded }: Route, { model }: Candidate): Call {
  const { maxOutputTokens: most = Infinity } = model;
  const { maxOutputTokens: limit = 0 } = call.request;
  if (!limitAdded || limit <= most) return call;
  return { ...call, request: { ...call.request, maxOutputTokens: most } };
}

/** Ollama's `/v1` may silently cut a long prompt, so the caller is warned. */
function whyWorse(
  { endpoint, dialect }: UsableEndpoint,
  { deployment }: Candidate,
  refusal: ConclaveError | undefined,
): string[] {
  if (!endpoint.secondary || !refusal) return [];
  const better = deployment.endpoints.find(({ secondary }) => !secondary)?.dialect ?? 'its own';
  const { id } = deployment.provider;
  return [
    `${id} was called in ${dialect.id}, which it supports less well than ${better}: ${refusal.message}`,
  ];
}

function writeInto(
  { endpoint, dialect }: UsableEndpoint,
  call: Call,
  candidate: Candidate,
  { thoughts, chosen }: { readonly thoughts: Thoughts | undefined; readonly chosen: boolean },
) {
  const { model, deployment } = candidate;
  const destination = {
    model: model.name,
    ...(model.knownAs !== undefined && { knownAs: model.knownAs }),
    quirks: deployment.provider.quirks,
    capabilities: model.capabilities,
    ...(chosen && { chosen }),
    ...(thoughts && { opens: (proof: string) => thoughts.opens(proof, candidate) }),
    ...(model.maxOutputTokens !== undefined && { maxOutputTokens: model.maxOutputTokens }),
    ...(model.contextWindow !== undefined && { contextWindow: model.contextWindow }),
  };
  const streamed = call.request.stream && (dialect.canStream?.(call.request, destination) ?? true);
  const target: WireTarget = { ...destination, stream: streamed };
  const relayed = call.raw?.dialect === dialect.id && takesAsItIs(call, dialect, candidate);
  const { provider } = deployment;
  const crossing = crossingHeaders(call, { relayed, provider });
  const { path, headers, warnings, body, toolNames, properties, answersByTool } = relayed
    ? relay(call.raw, call, dialect, target)
    : translate(call, dialect, target);
  const unsigned: UnsignedRequest = {
    url: endpoint.baseUrl + path,
    headers: {
      ...crossing.headers,
      ...provider.headers,
      ...deployment.headers,
      ...headers,
      'content-type': 'application/json',
    },
    body,
    ...(endpoint.auth && { auth: endpoint.auth }),
  };
  return {
    dialect,
    relayed,
    streamed,
    unsigned,
    warnings: [...crossing.warnings, ...foreignPreferences(call, candidate), ...warnings],
    ...(toolNames && { toolNames }),
    ...(properties && { properties }),
    ...(answersByTool && { answersByTool }),
    ...(takesOneCall(call.request) && { oneCall: true }),
  };
}

/**
 * Providers of a dialect may ignore what its author has dropped; the client would then wait in vain for a call of its
 * legacy functions. A property whose name the model's maker rejects is renamed in a translation only.
 */
function takesAsItIs({ request }: Call, dialect: Dialect, { model, deployment }: Candidate): boolean {
  const { quirks } = deployment.provider;
  if (quirks.legacyFunctions !== true && takesOneCall(request)) return false;
  const names = dialect.propertyName?.(model.knownAs ?? model.name);
  return withFittingProperties(request, names).properties === undefined;
}

/**
 * Warns about preferences meant for a provider that chooses among other providers, if another kind of provider answers.
 */
function foreignPreferences({ providerPreferences }: Call, { deployment }: Candidate): string[] {
  const { id, quirks } = deployment.provider;
  if (quirks.choosesProviders) return [];
  return (providerPreferences?.foreign ?? []).map(
    (member) => `"${member}" was left out: ${id} does not support it.`,
  );
}

function relay(raw: NonNullable<Call['raw']>, call: Call, dialect: Dialect, target: WireTarget) {
  const { edits, ...rest } = dialect.relayRequest(raw.body, call.request, target);
  const provider = forwardedPreferences(call, target);
  const taken = (raw.ours ?? [])
    .filter((member) => !(target.quirks.choosesProviders && member === 'usage'))
    .map((member) => ({ member, value: member === 'provider' ? provider : undefined }));
  const splice = raw.bytes.byteLength < largeBytes ? spliceMembers : splicedPieces;
  const body = splice(raw.bytes, [...edits, ...taken], raw.members);
  return { ...rest, body, toolNames: undefined, properties: undefined, answersByTool: false };
}

/**
 * A provider that chooses among other providers itself also receives `provider` and `usage`, but not the list of
 * `models`: Conclave asks them in turn itself, because the key's models, its budgets and the ceilings apply to each of
 * them.
 */
function forwardedPreferences({ providerPreferences }: Call, { quirks }: WireTarget): JsonObject | undefined {
  return quirks.choosesProviders ? providerPreferences?.forwarded : undefined;
}

function translate(call: Call, dialect: Dialect, target: WireTarget) {
  const { request, raw } = call;
  const { opens } = target;
  const opened = opens ? { ...request, messages: withProofsOf(request.messages, opens) } : request;
  const { request: granted, warnings: refused } = withoutThinking(withUniqueCallIds(opened), target);
  const { request: fitting, names } = withFittingToolNames(granted, dialect.toolName);
  const { request: known, properties } = withFittingProperties(
    fitting,
    dialect.propertyName?.(target.knownAs ?? target.model),
  );
  const { body, warnings, ...rest } = dialect.writeRequest(known, target);
  const provider = forwardedPreferences(call, target);
  const complete = provider ? { ...body, provider } : body;
  return {
    ...rest,
    warnings: [...(request.readWarnings ?? []), ...refused, ...warnings],
    body: bodyPieces(complete, raw),
    toolNames: names,
    properties,
  };
}
