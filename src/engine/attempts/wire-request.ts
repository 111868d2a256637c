import type { Call } from '../../core/call.ts';
import type { DialectId } from '../../core/wire/content.ts';
import type { Dialect, WireTarget } from '../../core/wire/dialect.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { Candidate } from '../../core/provider.ts';
import { withProofsOf } from '../memory/thought-proof.ts';
import { spliceMembers, splicedPieces } from '../../core/json/splice-members.ts';
import { bodyPieces } from './body-pieces.ts';
import { crossingHeaders } from './crossing-headers.ts';
import type { EngineContext, Route, UnsignedRequest } from '../context.ts';
import { measureRequest } from '../routing/measure-request.ts';
import { isOurs } from '../routing/choice.ts';
import type { Thoughts } from '../memory/origins.ts';
import { usableEndpoints, type UsableEndpoint } from '../deployments/usable-endpoints.ts';
import { takesOneCall } from './keep-first-call.ts';
import { withUniqueCallIds } from './unique-call-ids.ts';
import { withFittingProperties, type PropertyNames } from './fitting-properties.ts';
import { withFittingToolNames, type ToolNames } from './fitting-tool-names.ts';
import { withoutThinking } from './without-thinking.ts';

/** From here on copying a body costs more than sending it in pieces. */
const largeBytes = 64 * 1024;

/** A request as it leaves for a provider, but for its credential. */
export type WrittenRequest = {
  readonly dialect: Dialect;
  /** The client's own bytes, and not a translation. */
  readonly relayed: boolean;
  readonly unsigned: UnsignedRequest;
  /** What of the client's request could not cross. */
  readonly warnings: readonly string[];
  /** What the client has lost of it is told again. */
  readonly retold?: boolean;
  readonly answersByTool?: boolean;
  /** The client can be told one call of a tool, and no more. */
  readonly oneCall?: boolean;
  /** Absent: the model was told the tools' names as they are. */
  readonly toolNames?: ToolNames;
  /** Absent: the model was told the tools' properties as they are. */
  readonly properties?: PropertyNames;
};

/**
 * The request for a candidate: the client's own bytes where its deployment speaks their dialect, else a translation
 * into the first of its dialects that has words for all of it. `notIn`: dialects that this call was refused in.
 * @throws ConclaveError `unsupported` where none has.
 */
export function writeWireRequest(
  engine: EngineContext,
  route: Route,
  candidate: Candidate,
  notIn: ReadonlySet<DialectId>,
): WrittenRequest {
  const { features } = route;
  const limited = withinModel(route, candidate);
  const { deployment } = candidate;
  let refusal: ConclaveError | undefined;
  const pinned = features.pinnedDialect;
  const chosen = isOurs(route.choice, candidate.model);
  for (const spoken of usableEndpoints(engine, limited, candidate)) {
    if ((pinned && spoken.dialect.id !== pinned) || notIn.has(spoken.dialect.id)) continue;
    const call = withLostThoughts(engine, { ...route, call: limited }, candidate, spoken);
    const thoughts = engine.origins.thoughtsOf(call);
    try {
      const written = writeInto(spoken, call, candidate, { thoughts, chosen });
      if (call.strict) refuseWarned(written.warnings);
      const worse = whyWorse(spoken, candidate, refusal);
      return { ...written, retold: call !== limited, warnings: [...written.warnings, ...worse] };
    } catch (thrown) {
      if (!(thrown instanceof ConclaveError) || thrown.code !== 'unsupported') throw thrown;
      refusal ??= thrown;
    }
  }
  const none = `Deployment ${deployment.id} has no address in a dialect that this build can speak.`;
  throw refusal ?? new ConclaveError('configuration', none);
}

/**
 * What the model itself thought before it called a tool, where the client has kept the call alone, and as long as there is
 * room for it.
 */
function withLostThoughts(
  { turnThoughts }: EngineContext,
  { call, features }: Route,
  candidate: Candidate,
  { dialect }: UsableEndpoint,
): Call {
  const reader = { candidate, dialect: dialect.id, relayed: call.raw?.dialect === dialect.id };
  const request = turnThoughts.restored(call.request, call.principal.keyId, reader);
  if (request === call.request) return call;
  const { contextWindow = Infinity } = candidate.model;
  const added = measureRequest(request).inputTokens - measureRequest(call.request).inputTokens;
  // Half of the letters that the estimate takes for a token: a doubt is the client's.
  if (features.inputTokens + 2 * added + features.outputTokens > contextWindow) return call;
  return { ...call, request };
}

/** Who is strict would rather have another candidate, or nobody, than go without. */
function refuseWarned([first]: readonly string[]): void {
  if (first === undefined) return;
  throw new ConclaveError('unsupported', `${first} x-conclave-strict refuses that.`);
}

/** A limit that Conclave has added is never more than the model takes: who named none is not refused for it. */
function withinModel({ call, limitAdded }: Route, { model }: Candidate): Call {
  const { maxOutputTokens: most = Infinity } = model;
  const { maxOutputTokens: limit = 0 } = call.request;
  if (!limitAdded || limit <= most) return call;
  return { ...call, request: { ...call.request, maxOutputTokens: most } };
}

/** Ollama's `/v1` may cut a long prompt in silence: whoever is served so learns it. */
function whyWorse(
  { endpoint, dialect }: UsableEndpoint,
  { deployment }: Candidate,
  refusal: ConclaveError | undefined,
): string[] {
  if (!endpoint.secondary || !refusal) return [];
  const better = deployment.endpoints.find(({ secondary }) => !secondary)?.dialect ?? 'its own';
  const { id } = deployment.provider;
  return [`${id} was asked in ${dialect.id}, which serves worse than ${better}: ${refusal.message}`];
}

function writeInto(
  { endpoint, dialect }: UsableEndpoint,
  call: Call,
  candidate: Candidate,
  { thoughts, chosen }: { readonly thoughts: Thoughts | undefined; readonly chosen: boolean },
) {
  const { model, deployment } = candidate;
  const target: WireTarget = {
    model: model.name,
    quirks: deployment.provider.quirks,
    stream: call.request.stream,
    capabilities: model.capabilities,
    ...(chosen && { chosen }),
    ...(thoughts && { opens: (proof: string) => thoughts.opens(proof, candidate) }),
    ...(model.maxOutputTokens !== undefined && { maxOutputTokens: model.maxOutputTokens }),
    ...(model.contextWindow !== undefined && { contextWindow: model.contextWindow }),
  };
  const relayed = call.raw?.dialect === dialect.id && takesAsItIs(call, deployment);
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
    unsigned,
    warnings: [...crossing.warnings, ...foreignWishes(call, candidate), ...warnings],
    ...(toolNames && { toolNames }),
    ...(properties && { properties }),
    ...(answersByTool && { answersByTool }),
    ...(takesOneCall(call.request) && { oneCall: true }),
  };
}

/** Sellers of a dialect overlook what its inventor has given up, and the client would wait for its functions' calls in vain. */
function takesAsItIs({ request }: Call, { provider }: Candidate['deployment']): boolean {
  return provider.quirks.legacyFunctions === true || !takesOneCall(request);
}

/** What a caller has said to a seller of sellers, and somebody else answers. */
function foreignWishes({ providerWishes }: Call, { deployment }: Candidate): string[] {
  const { id, quirks } = deployment.provider;
  if (quirks.choosesSellers) return [];
  return (providerWishes?.foreign ?? []).map(
    (member) => `"${member}" was left out: ${id} has no word for it.`,
  );
}

function relay(raw: NonNullable<Call['raw']>, { request }: Call, dialect: Dialect, target: WireTarget) {
  const { edits, ...rest } = dialect.relayRequest(raw.body, request, target);
  const left = target.quirks.choosesSellers ? sellersOwn : nothing;
  const taken = (raw.ours ?? [])
    .filter((member) => !left.has(member))
    .map((member) => ({ member, value: undefined }));
  const splice = raw.bytes.byteLength < largeBytes ? spliceMembers : splicedPieces;
  const body = splice(raw.bytes, [...edits, ...taken], raw.members);
  return { ...rest, body, toolNames: undefined, properties: undefined, answersByTool: false };
}

/**
 * Members for Conclave that a provider with sellers of its own is sent as well. Not the list of `models`: Conclave asks them
 * in turn itself, because the key's models, its budgets and the ceilings hold for each of them.
 */
const sellersOwn: ReadonlySet<string> = new Set(['provider', 'usage']);
const nothing: ReadonlySet<string> = new Set();

function translate({ request, raw, providerWishes }: Call, dialect: Dialect, target: WireTarget) {
  const { opens } = target;
  const opened = opens ? { ...request, messages: withProofsOf(request.messages, opens) } : request;
  const { request: asked, warnings: unasked } = withoutThinking(withUniqueCallIds(opened), target);
  const { request: fitting, names } = withFittingToolNames(asked, dialect.toolName);
  const { request: known, properties } = withFittingProperties(fitting, target);
  const { body, warnings, ...rest } = dialect.writeRequest(known, target);
  const provider = target.quirks.choosesSellers ? providerWishes?.asWritten : undefined;
  const told = provider ? { ...body, provider } : body;
  const said = [...unasked, ...warnings];
  return { ...rest, warnings: said, body: bodyPieces(told, raw), toolNames: names, properties };
}
