import type { Call } from '../../../core/call.ts';
import type { DialectId } from '../../../core/wire/content.ts';
import type { Dialect } from '../../../core/wire/dialect.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { DialectEndpoint } from '../../../core/provider.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import type { Codecs } from '../../services.ts';

/** An address of a deployment, and the codec for it. */
export type UsableEndpoint = { readonly endpoint: DialectEndpoint; readonly dialect: Dialect };

/**
 * Returns a deployment's endpoints that this build has a codec for: the client's own dialect first, and last those in
 * which the provider would refuse this request.
 */
export function usableEndpoints(
  engine: Codecs,
  { request, raw }: Call,
  { model, deployment }: Candidate,
): UsableEndpoint[] {
  const dialects = codecsFor(engine, request);
  const spoken: UsableEndpoint[] = [];
  for (const endpoint of deployment.endpoints) {
    const dialect = dialects.get(endpoint.dialect);
    if (dialect) spoken.push({ endpoint, dialect });
  }
  if (spoken.length < 2) return spoken;
  const isOwn = ({ endpoint, dialect }: UsableEndpoint) => dialect.id === raw?.dialect && !endpoint.secondary;
  const isRefused = ({ dialect }: UsableEndpoint) =>
    dialect.refusedHere?.(request, model.knownAs ?? model.name) === true;
  return spoken
    .toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a)))
    .toSorted((a, b) => Number(isRefused(a)) - Number(isRefused(b)));
}

/** The dialects that a candidate can be asked in, in the order in which they are tried. */
export function dialectsFor(engine: Codecs, call: Call, candidate: Candidate): Dialect[] {
  return usableEndpoints(engine, call, candidate).map(({ dialect }) => dialect);
}

/** The codecs that can make this call. */
export function codecsFor(
  { dialects, embedders }: Codecs,
  { embedding }: ModelRequest,
): ReadonlyMap<DialectId, Dialect> {
  return embedding ? embedders : dialects;
}
