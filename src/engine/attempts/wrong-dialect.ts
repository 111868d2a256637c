import type { DialectId } from '../../core/wire/content.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { Candidate } from '../../core/provider.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { EngineContext, Route } from '../context.ts';
import { dialectsFor } from '../deployments/usable-endpoints.ts';

/** Dialects that a candidate need not be asked in, because its server has shown that it does not know their paths. */
export function knownMissing(
  engine: EngineContext,
  route: Route,
  candidate: Candidate,
): ReadonlySet<DialectId> {
  const missing = new Set(engine.missing.of(candidate.deployment));
  if (missing.size === 0) return nowhere;
  return othersOf(engine, route, candidate, missing).length > 0 ? missing : nowhere;
}

const nowhere: ReadonlySet<DialectId> = new Set();

type Failed = {
  readonly error: ConclaveError;
  readonly asked: DialectId | undefined;
  /** Dialects in which this candidate is not asked any more. */
  readonly notIn: ReadonlySet<DialectId>;
};

/**
 * The dialect that a candidate was asked in where its failure is only about that dialect and it speaks another: the
 * same model may take the same call there. What a server does not know at all is remembered.
 */
export function wrongDialect(
  engine: EngineContext,
  route: Route,
  candidate: Candidate,
  { error, asked, notIn }: Failed,
): DialectId | undefined {
  if (asked === undefined || !isOfDialect(error, asked, route.call.request)) return undefined;
  if (error.details.noSuchPath) engine.missing.note(candidate.deployment, asked);
  const left = othersOf(engine, route, candidate, new Set([...notIn, asked]));
  return left.length > 0 ? asked : undefined;
}

function isOfDialect(
  { code, details }: ConclaveError,
  asked: DialectId,
  { tools = [] }: ModelRequest,
): boolean {
  if (details.noSuchPath || details.notInDialect) return true;
  // OpenAI takes functions together with reasoning over Responses only, and Azure's names do not tell its models.
  const { param, openAiCode, providerStatus } = details;
  const isRefused = code === 'invalid_request' && providerStatus === 400 && openAiCode === undefined;
  return asked === 'openai-chat' && tools.length > 0 && isRefused && param === 'reasoning_effort';
}

function othersOf(
  engine: EngineContext,
  { call, features }: Route,
  candidate: Candidate,
  without: ReadonlySet<DialectId>,
): DialectId[] {
  const { pinnedDialect } = features;
  return dialectsFor(engine, call, candidate).flatMap(({ id }) =>
    without.has(id) || (pinnedDialect !== undefined && id !== pinnedDialect) ? [] : id,
  );
}
