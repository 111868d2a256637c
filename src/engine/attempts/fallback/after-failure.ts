import type { DialectId } from '../../../core/wire/content.ts';
import type { ConclaveError } from '../../../core/errors.ts';
import type { Ms } from '../../../core/units.ts';
import type { Dispensable } from '../request/dispensable.ts';

/** What to do after an attempt has failed before its first content. */
export type NextMove =
  | { readonly move: 'stop' }
  | { readonly move: 'next' }
  /** The same candidate again, in another dialect. */
  | { readonly move: 'other-dialect'; readonly than: DialectId }
  /** The same candidate again, without what it refused. */
  | { readonly move: 'leave-out'; readonly refused: Dispensable }
  /** The same candidate again, without the reasoning that was restored for it. */
  | { readonly move: 'without-reasoning' }
  | { readonly move: 'retry'; readonly delayMs: Ms }
  /** Waits for a free slot, which may come sooner than any delay. */
  | { readonly move: 'wait-for-room' };

/** How the failed model came to be asked: by name, from the caller's list, chosen by Conclave, or for another model. */
export type ChosenHow = 'by-name' | 'from-list' | 'by-us' | 'stand-in';

/** Everything besides the error that decides what happens next. */
export type Situation = {
  /** How often this deployment has been retried already. */
  readonly retried: number;
  readonly maxRetries: number;
  /** The caller no longer waits: it hung up, or its time is over. */
  readonly over: boolean;
  /** The provider refused something in the request that can be left out. */
  readonly refused: Dispensable | undefined;
  /** The rejected request contained reasoning that Conclave had restored: it may be accepted without it. */
  readonly reasoningRejected: boolean;
  /** The failure concerns only this dialect, and the candidate supports another. */
  readonly wrongDialect: DialectId | undefined;
  /** Another candidate is left. */
  readonly othersLeft: boolean;
  readonly chosenHow: ChosenHow;
  /** The provider was to send the answer unstreamed: a model that took too long would take as long again, and bill both answers. */
  readonly whole: boolean;
  /** The model runs on the user's own machine, which would load it and read the prompt again. */
  readonly local: boolean;
  /** It was refused for too many concurrent calls, and the limit is known. */
  readonly full: boolean;
  /** Time left for the call; `Infinity` if it is not limited. */
  readonly leftMs: Ms;
  /** 0 ≤ x < 1. */
  readonly random: number;
};

const firstDelayMs = 100;
/** For longer waits, another candidate is tried; without one, the client has to wait and retry. */
const longestWaitMs = { withOthers: 300, alone: 10_000 };

/**
 * The table of what each failure means. A timeout or a rate limit has already cost its time, so it moves on while
 * another candidate is left; other transient failures are retried first.
 */
export function afterFailure(error: ConclaveError, situation: Situation): NextMove {
  if (situation.over) return { move: 'stop' };
  // The client did not send what the provider rejected, and cannot remove it.
  if (situation.refused) return { move: 'leave-out', refused: situation.refused };
  if (situation.reasoningRejected) return { move: 'without-reasoning' };
  if (situation.wrongDialect) return { move: 'other-dialect', than: situation.wrongDialect };
  // Nothing was asked yet: the connection had been closed while it was idle in the pool.
  if (error.hint === 'stale-connection' && situation.retried === 0) return { move: 'retry', delayMs: 0 };
  // What this key cannot find or decrypt may belong to the next key of the same provider.
  const isBound = error.hint === 'another-account' || error.details.param === 'previous_response_id';
  if (isBound && situation.othersLeft) return { move: 'next' };
  // One provider may reject a request that another accepts. A list from the caller means: go on, whatever the error.
  // And a model that the caller did not ask for does not decide whether the request is wrong.
  if (
    (situation.chosenHow === 'from-list' || situation.chosenHow === 'stand-in') &&
    error.details.providerStatus !== undefined &&
    error.code === 'invalid_request'
  ) {
    return { move: 'next' };
  }
  // If Conclave chose the model, move on when it rejects a parameter that other models accept.
  if (situation.chosenHow === 'by-us' && refusesMember(error)) return { move: 'next' };
  switch (error.code) {
    case 'provider_auth':
    case 'provider_quota':
    case 'provider_forbidden':
    case 'model_not_found':
    case 'context_too_long':
    case 'unsupported':
    case 'content_filtered':
    // A limit of ours: the wait for capacity is already over.
    case 'rate_limited':
      return { move: 'next' };
    case 'provider_timeout':
      // Another attempt would take as long, or bill a whole answer twice.
      if (error.hint === 'gave-up' && (situation.whole || situation.local)) return { move: 'next' };
      return situation.othersLeft ? { move: 'next' } : retryOrNext(error.details.retryAfterMs, situation);
    case 'provider_invalid_reply':
      // A reply that is too large would be as large, and as expensive, again; a page would be the same page.
      return error.hint === 'gave-up' || error.hint === 'web-page'
        ? { move: 'next' }
        : retryOrNext(error.details.retryAfterMs, situation);
    case 'provider_rate_limited':
      return situation.othersLeft ? { move: 'next' } : retryOrNext(error.details.retryAfterMs, situation);
    case 'provider_error':
    case 'provider_overloaded':
    case 'provider_unreachable':
    case 'stream_truncated':
      return retryOrNext(error.details.retryAfterMs, situation);
    // We had no file descriptor. One may soon be free, and an open connection to another provider needs none. The
    // error's delay is for the client.
    case 'overloaded':
      return retryOrNext(undefined, situation);
    default:
      return { move: 'stop' };
  }
}

/** OpenAI's error codes for a parameter that one model or provider supports and another does not. */
const memberCodes: ReadonlySet<string | undefined> = new Set([
  'unknown_parameter',
  'unsupported_parameter',
  'unsupported_value',
]);

function refusesMember({ code, details }: ConclaveError): boolean {
  if (code !== 'invalid_request' || details.providerStatus !== 400) return false;
  return memberCodes.has(details.openAiCode) || details.param === 'reasoning_effort';
}

/** Full jitter between half and all of an exponential step, unless the provider asked for a delay. */
function retryOrNext(
  askedMs: Ms | undefined,
  { retried, maxRetries, othersLeft, random, full, leftMs }: Situation,
): NextMove {
  if (retried >= maxRetries) return { move: 'next' };
  const step = firstDelayMs * 2 ** retried;
  const delayMs = askedMs ?? step * (0.5 + random / 2);
  const longest = othersLeft ? longestWaitMs.withOthers : longestWaitMs.alone;
  if (delayMs > longest) return { move: 'next' };
  if (full) return { move: 'wait-for-room' };
  // A wait past the end of the call achieves nothing; the error of now states when a retry makes sense.
  return delayMs >= leftMs ? { move: 'next' } : { move: 'retry', delayMs };
}
