import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import type { Call } from '../core/call.ts';
import type { AttemptTrace, CallTrace, CallTracer } from '../core/telemetry/call-tracer.ts';
import type { AttemptRow, Settlement } from '../core/stores/ledger.ts';
import type { Candidate } from '../core/deployment.ts';
import { shownName } from '../core/names/shown-name.ts';
import { version } from '../core/version.ts';
import { attemptAttributes, operationOf, requestAttributes, targetAttributes } from './gen-ai-attributes.ts';

/**
 * Traces a span for each call, named after the request, with a child span for each request to a provider, by the GenAI
 * conventions. A call made by another call (a step of a cascade, a member of a panel) is a child of that call.
 */
export function spanTracer(): CallTracer {
  const tracer = trace.getTracer('conclave', version);
  const open = new Map<string, Context>();

  function parentOf({ parent, traceContext }: Call): Context {
    const within = parent && open.get(parent.id);
    if (within) return within;
    const active = context.active();
    // An HTTP instrumentation has already read the headers and created its own span.
    if (trace.getSpan(active) || !traceContext) return active;
    return propagation.extract(active, traceContext);
  }

  function attemptStarted(within: Context, { model, ...candidate }: Candidate, call: Call): AttemptTrace {
    const span = tracer.startSpan(
      `${operationOf(call.request)} ${model.name}`,
      {
        kind: SpanKind.CLIENT,
        attributes: {
          ...requestAttributes(call, model.name),
          ...targetAttributes({ model, ...candidate }),
        },
      },
      within,
    );
    return { traceparent: traceparentOf(span), ended: (row) => endAttempt(span, row) };
  }

  return {
    callStarted(requestId, call): CallTrace {
      const { request, surface, principal } = call;
      const parent = parentOf(call);
      const span = tracer.startSpan(
        `conclave ${operationOf(request)} ${shownName(request.model)}`,
        {
          kind: surface === 'http' ? SpanKind.SERVER : SpanKind.INTERNAL,
          attributes: {
            ...requestAttributes(call, shownName(request.model)),
            'conclave.request_id': requestId,
            'conclave.surface': surface,
            'conclave.key': principal.name,
          },
        },
        parent,
      );
      const within = trace.setSpan(parent, span);
      open.set(requestId, within);
      return {
        attemptStarted: (candidate, asked) => attemptStarted(within, candidate, asked),
        ended(settlement) {
          open.delete(requestId);
          endCall(span, settlement);
        },
      };
    },
  };
}

function endAttempt(span: Span, row: AttemptRow): void {
  span.setAttributes(attemptAttributes(row));
  if (row.outcome === 'failed' || row.outcome === 'truncated') {
    span.setStatus({ code: SpanStatusCode.ERROR, ...(row.message && { message: row.message }) });
  }
  span.end();
}

function endCall(span: Span, settlement: Settlement): void {
  const { state, model, finishReason, errorCode, errorMessage, attempts } = settlement;
  span.setAttributes({
    'conclave.state': state,
    'conclave.attempts': attempts.length,
    ...(model && { 'gen_ai.response.model': model }),
    ...(finishReason && { 'gen_ai.response.finish_reasons': [finishReason] }),
    ...(errorCode && { 'error.type': errorCode }),
  });
  if (state !== 'ok' && state !== 'cancelled') {
    span.setStatus({ code: SpanStatusCode.ERROR, ...(errorMessage && { message: errorMessage }) });
  }
  span.end();
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
