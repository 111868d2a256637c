import type { Call } from '../call.ts';
import type { AttemptRow, Settlement } from '../stores/ledger.ts';
import type { Candidate } from '../deployment.ts';

/** Reports calls to a tracing system. Like an observer, it neither waits nor throws. */
export interface CallTracer {
  callStarted(requestId: string, call: Call): CallTrace;
}

export interface CallTrace {
  attemptStarted(candidate: Candidate, call: Call): AttemptTrace;
  ended(settlement: Settlement): void;
}

export interface AttemptTrace {
  /** W3C trace context for the provider. */
  readonly traceparent: string;
  ended(row: AttemptRow): void;
}

/** A caller's own trace, as W3C's `traceparent` and `tracestate` headers carry it. */
export type TraceContext = {
  readonly traceparent: string;
  /** 32 hexadecimal digits of `traceparent`. */
  readonly traceId: string;
  readonly tracestate?: string;
};

/**
 * Reads the headers of W3C Trace Context; returns `undefined` if they are absent or malformed, which the standard says
 * to ignore. A later version may carry more after the flags. https://www.w3.org/TR/trace-context/
 */
export function readTraceContext(traceparent: unknown, tracestate: unknown): TraceContext | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const match = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/.exec(
    traceparent,
  );
  const [, version, traceId, rest] = match ?? [];
  if (traceId === undefined || (version === '00' && rest !== undefined)) return undefined;
  return {
    traceparent: traceparent.slice(0, 55),
    traceId,
    ...(typeof tracestate === 'string' && tracestate.length <= 512 && { tracestate }),
  };
}
