import type { CallTracer } from '../core/call-tracer.ts';

/** Where OpenTelemetry's API keeps what an SDK has registered; its place is the same in every copy of the package. */
const registry = Symbol.for('opentelemetry.js.api.1');

/**
 * Follows calls if this process has an OpenTelemetry SDK, registered before Conclave starts; `undefined` otherwise, and
 * then not even the API is loaded.
 */
export async function openTracer(): Promise<CallTracer | undefined> {
  const registered: unknown = Reflect.get(globalThis, registry);
  if (typeof registered !== 'object' || registered === null || !('trace' in registered)) return undefined;
  return (await import('./call-spans.ts')).spanTracer();
}
