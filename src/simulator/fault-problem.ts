import type { Fault, FaultKind } from './fault.ts';
import type { Problem, ProblemKind } from './problem.ts';

/** Returns the refusal that a fault stands for, or `undefined` for faults inside a reply. */
export function problemOf(fault: Fault, model: string, window: number | undefined): Problem | undefined {
  const entry = refusals[fault.kind];
  if (!entry) return undefined;
  const [kind, status] = entry;
  const held = window ?? 128_000;
  return {
    kind,
    status,
    model,
    ...(kind === 'overflow' ? { tokens: held + 1_000, window: held } : {}),
    ...(kind === 'invalid' ? { message: 'The simulator was told to refuse this request.' } : {}),
    ...(kind === 'rate-limit' || kind === 'overloaded' ? { retryAfter: fault.retryAfter ?? 1 } : {}),
  };
}

const refusals: Partial<Record<FaultKind, readonly [ProblemKind, number]>> = {
  '400': ['invalid', 400],
  '401': ['authentication', 401],
  '402': ['payment', 402],
  '403': ['forbidden', 403],
  '404': ['not-found', 404],
  '408': ['timeout', 408],
  '413': ['too-large', 413],
  '429': ['rate-limit', 429],
  quota: ['quota', 429],
  '500': ['server', 500],
  '502': ['server', 502],
  '503': ['overloaded', 503],
  '504': ['timeout', 504],
  '529': ['overloaded', 529],
  overflow: ['overflow', 400],
};
