import type { Call } from '../../src/core/call.ts';

/** A call for `auto` with one short prompt, plus the members that a test sets. */
export function plainCall(more: Partial<Call> = {}): Call {
  return {
    request: {
      model: 'auto',
      stream: false,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
    },
    principal: { keyId: 'k', name: 'k', boundedCost: false, admin: false },
    surface: 'http',
    tags: [],
    limits: {},
    signal: new AbortController().signal,
    traceId: 't',
    ...more,
  };
}
