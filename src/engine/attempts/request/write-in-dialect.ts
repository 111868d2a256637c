import type { Call } from '../../../core/call.ts';
import type { JsonValue } from '../../../core/json/json.ts';
import { joinedRouterPreferences } from '../../../core/routing/preferences/joined-router-preferences.ts';
import type { Dialect, WireTarget } from '../../../core/wire/dialect.ts';
import type { Candidate } from '../../../core/deployment.ts';
import { withProofsOf } from '../../memory/thoughts/thought-proof.ts';
import { spliceMembers, splicedPieces } from '../../../core/json/splice-members.ts';
import { bodyPieces } from './body-pieces.ts';
import { crossingHeaders } from './crossing-headers.ts';
import type { Restored } from '../../memory/thoughts/restored-in.ts';
import type { Dispensable } from './dispensable.ts';
import type { WireTraits } from './wire-traits.ts';
import type { UnsignedRequest } from '../../services.ts';
import type { Thoughts } from '../../memory/thoughts/thought-makers.ts';
import type { UsableEndpoint } from '../../deployments/access/usable-endpoints.ts';
import { takesOneCall } from './takes-one-call.ts';
import { withUniqueCallIds } from './unique-call-ids.ts';
import { withFittingProperties, type PropertyNames } from './fitting-properties.ts';
import { withFittingToolNames, type ToolNames } from './fitting-tool-names.ts';
import { withoutThinking } from './without-thinking.ts';

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
  readonly traits: WireTraits;
  /** What could not be carried over from the client's request. */
  readonly warnings: readonly string[];
  readonly answersByTool?: boolean;
  /** The client can receive one tool call, and no more. */
  readonly oneCall?: boolean;
  /** Absent: the model was given the tools' own names. */
  readonly toolNames?: ToolNames;
  /** Absent: the model was given the tools' own property names. */
  readonly properties?: PropertyNames;
};

/** What is known of the call besides its request. */
type Knowing = {
  /** Who can open the encrypted reasoning in it. */
  readonly thoughts: Thoughts | undefined;
  /** Conclave chose the model, not the caller. */
  readonly chosen: boolean;
  /** The reasoning in it that the client did not send back. */
  readonly restored: Restored;
  /** What the provider is known to refuse. */
  readonly refuses: ReadonlySet<Dispensable>;
};

/** Writes the request in one dialect of a deployment. @throws ConclaveError `unsupported` for what it cannot express. */
export function writeInDialect(
  { endpoint, dialect }: UsableEndpoint,
  call: Call,
  candidate: Candidate,
  knowing: Knowing,
): WrittenRequest {
  const { deployment } = candidate;
  const target = targetOf(call, dialect, candidate, knowing);
  const { provider } = deployment;
  const relayed =
    call.raw?.dialect === dialect.id &&
    (dialect.canRelay?.(call.raw.body, provider.quirks) ?? true) &&
    hasFittingProperties(call, dialect, candidate);
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
    streamed: target.stream,
    traits: traitsOf(call, dialect, target, knowing),
    unsigned,
    warnings: [...crossing.warnings, ...foreignPreferences(call, candidate), ...warnings],
    ...(toolNames && { toolNames }),
    ...(properties && { properties }),
    ...(answersByTool && { answersByTool }),
    ...(takesOneCall(call.request) && { oneCall: true }),
  };
}

function traitsOf(
  { request }: Call,
  dialect: Dialect,
  target: WireTarget,
  { restored }: Knowing,
): WireTraits {
  const { model, knownAs = model, stream, quirks, refusesOpenThoughts } = target;
  return {
    dialect: dialect.id,
    asksWhole: request.stream && !stream,
    asksUsage: stream && dialect.usageOnRequest === true && quirks.streamUsage !== false,
    namesAnswers: dialect.namesAnswers === true,
    takesOpenThoughts: refusesOpenThoughts !== true && dialect.takesOpenThoughts?.(knownAs) === true,
    restored,
  };
}

function targetOf(
  { request }: Call,
  dialect: Dialect,
  candidate: Candidate,
  { thoughts, chosen, refuses }: Knowing,
): WireTarget {
  const { model, deployment } = candidate;
  const { quirks } = deployment.provider;
  const destination = {
    model: model.name,
    ...(model.knownAs !== undefined && { knownAs: model.knownAs }),
    quirks: refuses.has('usage') ? { ...quirks, streamUsage: false } : quirks,
    ...(refuses.has('open-thoughts') && { refusesOpenThoughts: true as const }),
    capabilities: model.capabilities,
    ...(chosen && { chosen }),
    ...(thoughts && { opens: (proof: string) => thoughts.opens(proof, candidate) }),
    ...(model.maxOutputTokens !== undefined && { maxOutputTokens: model.maxOutputTokens }),
    ...(model.contextWindow !== undefined && { contextWindow: model.contextWindow }),
  };
  return { ...destination, stream: request.stream && (dialect.canStream?.(request, destination) ?? true) };
}

/** A property whose name the model's maker rejects is renamed in a translation only. */
function hasFittingProperties({ request }: Call, dialect: Dialect, { model }: Candidate): boolean {
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
  const provider = sentPreferences(call, target);
  const taken = (raw.ours ?? [])
    .filter((member) => !(target.quirks.choosesProviders && member === 'usage'))
    .map((member) => ({
      member,
      value: member === 'provider' ? provider : target.quirks.extraBody?.[member],
    }));
  const splice = raw.bytes.byteLength < largeBytes ? spliceMembers : splicedPieces;
  const body = splice(raw.bytes, [...edits, ...taken], raw.members);
  return { ...rest, body, toolNames: undefined, properties: undefined, answersByTool: false };
}

/**
 * A provider that chooses among other providers itself also receives `provider` and `usage`, but not the list of
 * `models`: Conclave asks them in turn itself, because the key's models, its budgets and the ceilings apply to each of
 * them. What the operator says about its providers holds for every call.
 */
function sentPreferences({ providerPreferences }: Call, { quirks }: WireTarget): JsonValue | undefined {
  const callers = quirks.choosesProviders ? providerPreferences?.forwarded : undefined;
  return joinedRouterPreferences(quirks.extraBody?.provider, callers);
}

function translate(call: Call, dialect: Dialect, target: WireTarget) {
  const { request, raw } = call;
  const { opens } = target;
  const fits = (proof: string) => opens?.(proof) !== false;
  const opened = opens ? { ...request, messages: withProofsOf(request.messages, fits) } : request;
  const { request: granted, warnings: refused } = withoutThinking(withUniqueCallIds(opened), target);
  const { request: fitting, names } = withFittingToolNames(granted, dialect.toolName);
  const { request: known, properties } = withFittingProperties(
    fitting,
    dialect.propertyName?.(target.knownAs ?? target.model),
  );
  const { body, warnings, ...rest } = dialect.writeRequest(known, target);
  const provider = sentPreferences(call, target);
  const complete = provider ? { ...body, provider } : body;
  return {
    ...rest,
    warnings: [...(request.readWarnings ?? []), ...refused, ...warnings],
    body: bodyPieces(complete, raw),
    toolNames: names,
    properties,
  };
}
