import type { Call } from '../../../core/call.ts';
import type { DialectId } from '../../../core/wire/content.ts';
import { ConclaveError } from '../../../core/errors.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { Route } from '../../route.ts';
import type { Codecs } from '../../services.ts';
import { measureRequest } from '../../routing/size/measure-request.ts';
import { isOurs } from '../../routing/choice/choice-of.ts';
import { usableEndpoints, type UsableEndpoint } from '../../deployments/access/usable-endpoints.ts';
import { refuseWarned } from './refuse-warned.ts';
import type { ConversationMemory } from '../../memory/conversation-memory.ts';
import { restoredIn, type Restored } from '../../memory/thoughts/restored-in.ts';
import type { Dispensable } from './dispensable.ts';
import { writeInDialect, type WrittenRequest } from './write-in-dialect.ts';

/** What earlier attempts of the same call have shown about how to ask a candidate. */
export type EarlierAttempts = {
  /** Dialects in which it is not to be asked. */
  readonly notIn: ReadonlySet<DialectId>;
  /** How much reasoning that the client did not send back may be restored. */
  readonly restores: Restored;
  /** What it is not sent. */
  readonly refuses: ReadonlySet<Dispensable>;
};

/**
 * Writes the request for a candidate: the client's own bytes if its deployment supports their dialect, otherwise a
 * translation into the first of its dialects that supports everything in it.
 * @throws ConclaveError `unsupported` if no dialect does.
 */
export function writeWireRequest(
  engine: Codecs & Pick<ConversationMemory, 'thoughtMakers' | 'turnThoughts'>,
  route: Route,
  candidate: Candidate,
  { notIn, restores, refuses }: EarlierAttempts,
): WrittenRequest {
  const { features } = route;
  const limited = withinModel(route, candidate);
  const { deployment } = candidate;
  let refusal: ConclaveError | undefined;
  const pinned = features.pin?.dialects;
  const chosen = isOurs(route.choice, candidate.model);
  for (const spoken of usableEndpoints(engine, limited, candidate)) {
    const { id } = spoken.dialect;
    if (pinned?.includes(id) === false || notIn.has(id)) continue;
    const call =
      restores === 'nothing'
        ? limited
        : withLostThoughts(engine, { ...route, call: limited }, candidate, { spoken, restores, refuses });
    const thoughts = engine.thoughtMakers.thoughtsOf(call);
    try {
      const restored = restoredIn(call.request.messages, limited.request.messages);
      const written = writeInDialect(spoken, call, candidate, { thoughts, chosen, restored, refuses });
      if (call.strict) refuseWarned(written.warnings);
      const worse = whyWorse(spoken, candidate, refusal);
      return { ...written, warnings: [...written.warnings, ...worse] };
    } catch (thrown) {
      if (!(thrown instanceof ConclaveError) || thrown.code !== 'unsupported') throw thrown;
      refusal ??= thrown;
    }
  }
  const none = `Deployment ${deployment.id} has no endpoint in a dialect that this build supports.`;
  throw refusal ?? new ConclaveError('configuration', none);
}

type Restoring = Pick<EarlierAttempts, 'restores' | 'refuses'> & { readonly spoken: UsableEndpoint };

/**
 * Restores what the model itself thought before it called a tool, if the client has kept only the call, and as long as
 * there is room for it.
 */
function withLostThoughts(
  { turnThoughts }: Pick<ConversationMemory, 'turnThoughts'>,
  { call, features }: Route,
  candidate: Candidate,
  { spoken: { dialect }, restores, refuses }: Restoring,
): Call {
  const relayed = call.raw?.dialect === dialect.id;
  const reader = {
    candidate,
    dialect,
    relayed,
    refusesThoughts: restores === 'signatures',
    refusesOpenThoughts: refuses.has('open-thoughts'),
  };
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
