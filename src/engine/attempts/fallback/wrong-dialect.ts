import type { DialectId } from '../../../core/wire/content.ts';
import type { ConclaveError } from '../../../core/errors.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import type { Route } from '../../route.ts';
import { dialectsFor } from '../../deployments/access/usable-endpoints.ts';
import type { AttemptMemory } from '../attempt-services.ts';
import type { LostAttempt } from './lost-attempt.ts';
import type { Codecs } from '../../services.ts';

/** Dialects in which a candidate need not be asked, because its server does not know their paths. */
export function knownMissing(
  engine: Codecs & Pick<AttemptMemory, 'missing'>,
  route: Route,
  candidate: Candidate,
): ReadonlySet<DialectId> {
  const missing = new Set(engine.missing.of(candidate.deployment));
  if (missing.size === 0) return nowhere;
  return othersOf(engine, route, candidate, missing).length > 0 ? missing : nowhere;
}

const nowhere: ReadonlySet<DialectId> = new Set();

/**
 * Returns the dialect that a candidate was asked in, if the failure concerns only that dialect and the candidate
 * supports another: the same model may accept the same call there.
 */
export function wrongDialect(
  engine: Codecs,
  route: Route,
  { candidate, error, dialect, notIn }: LostAttempt,
): DialectId | undefined {
  if (dialect === undefined || !isOfDialect(error, dialect, route.call.request)) return undefined;
  const left = othersOf(engine, route, candidate, new Set([...notIn, dialect]));
  return left.length > 0 ? dialect : undefined;
}

function isOfDialect(
  { code, details, hint }: ConclaveError,
  dialect: DialectId,
  { tools = [] }: ModelRequest,
): boolean {
  if (hint === 'no-such-path' || hint === 'not-in-dialect') return true;
  // OpenAI accepts functions together with reasoning only over Responses, and Azure's deployment names do not reveal
  // their models.
  const { param, openAiCode, providerStatus } = details;
  const isRefused = code === 'invalid_request' && providerStatus === 400 && openAiCode === undefined;
  return dialect === 'openai-chat' && tools.length > 0 && isRefused && param === 'reasoning_effort';
}

function othersOf(
  engine: Codecs,
  { call, features }: Route,
  candidate: Candidate,
  without: ReadonlySet<DialectId>,
): DialectId[] {
  const pinned = features.pin?.dialects;
  return dialectsFor(engine, call, candidate).flatMap(({ id }) =>
    without.has(id) || pinned?.includes(id) === false ? [] : id,
  );
}
