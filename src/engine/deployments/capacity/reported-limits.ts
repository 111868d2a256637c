import type { Deployment } from '../../../core/deployment.ts';
import type { LimitStanding, RateLimits, ReportedLimit } from '../../../core/money/rate-limits.ts';
import type { Ms, Tokens } from '../../../core/units.ts';
import { credentialKey } from '../../../core/accounts/credential-key.ts';

/** What a provider last reported about its limits at one deployment, to this or to another process. */
export type ReportedLimits = {
  requests?: Spoken;
  tokens?: Spoken;
  /** From other processes, until the deployment itself is known: with another account it is not the same limit. */
  received: ReportedLimit[] | undefined;
};

type Spoken = {
  remaining: number;
  readonly limit: number | undefined;
  readonly resetsAt: Ms;
  readonly at: Ms;
};

/** Most providers mean windows of a minute if they do not state when a limit resets. */
const usualWindowMs: Ms = 60_000;

/** When a standing that was reported at `at` resets. */
export function resetOf({ resetsInMs = usualWindowMs }: LimitStanding, at: Ms): Ms {
  return at + resetsInMs;
}

export function recordReported(limits: ReportedLimits, { requests, tokens }: RateLimits, at: Ms): void {
  if (requests) limits.requests = spokenFrom(requests, at);
  if (tokens) limits.tokens = spokenFrom(tokens, at);
}

/** Forgets what was reported to a key or from an address that is not used any more. */
export function forgetReported(limits: ReportedLimits): void {
  delete limits.requests;
  delete limits.tokens;
}

/** Keeps what another process has reported until the deployment itself is known. */
export function keepShared(limits: ReportedLimits, reported: ReportedLimit): void {
  const others = limits.received?.filter(
    ({ kind, account }) => kind !== reported.kind || account !== reported.account,
  );
  limits.received = [...(others ?? []), reported];
}

/** Adopts what other processes reported as this deployment's own, unless something later is known. */
export function adoptShared(limits: ReportedLimits, deployment: Deployment): void {
  if (!limits.received) return;
  for (const { kind, account, limit, remaining, resetsAt, reportedAt } of limits.received) {
    if (reportedAt <= (limits[kind]?.at ?? 0) || account !== credentialKey(deployment)) continue;
    limits[kind] = { limit, remaining, resetsAt, at: reportedAt };
  }
  limits.received = undefined;
}

/** Deducts a call of `tokens` that is about to be sent. */
export function consumeReported({ requests, tokens }: ReportedLimits, used: Tokens): void {
  if (requests) requests.remaining -= 1;
  if (tokens) tokens.remaining -= used;
}

/** Whether too little is left for a call of `tokens`. */
export function isSpent({ requests, tokens }: ReportedLimits, wanted: Tokens, at: Ms): boolean {
  return lacks(requests, 1, at) || lacks(tokens, wanted, at);
}

/** The remaining share of each limit that has not reset, 0 to 1. */
export function sharesLeft({ requests, tokens }: ReportedLimits, at: Ms): number[] {
  const shares: number[] = [];
  for (const spoken of [requests, tokens]) {
    if (!spoken || at >= spoken.resetsAt) continue;
    if (spoken.limit !== undefined && spoken.limit > 0) shares.push(spoken.remaining / spoken.limit);
    else if (spoken.remaining <= 0) shares.push(0);
  }
  return shares;
}

function spokenFrom(standing: LimitStanding, at: Ms): Spoken {
  const { limit, remaining } = standing;
  return { limit, remaining, resetsAt: resetOf(standing, at), at };
}

function lacks(spoken: Spoken | undefined, wanted: number, at: Ms): boolean {
  return spoken !== undefined && at < spoken.resetsAt && spoken.remaining < wanted;
}
