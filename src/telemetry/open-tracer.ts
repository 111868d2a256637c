import type { CallTracer } from '../core/telemetry/call-tracer.ts';

/** The global under which OpenTelemetry's API stores a registered SDK; the same in every copy of the package. */
const registry = Symbol.for('opentelemetry.js.api.1');

/**
 * Traces calls if an OpenTelemetry SDK was registered in this process before Conclave starts. Otherwise returns
 * `undefined`, without even loading the API.
 */
export async function openTracer(): Promise<CallTracer | undefined> {
  const registered: unknown = Reflect.get(globalThis, registry);
  if (typeof registered !== 'object' || registered === null || !('trace' in registered)) return undefined;
  return (await import('./call-spans.ts')).spanTracer();
}
