import type { RoutingDecision } from '../../src/core/routing/decision/routing-decision.ts';
import type { AttemptRow, IntentRow, Settlement } from '../../src/core/stores/ledger.ts';
import { noUsage } from '../../src/core/money/usage.ts';

/** Noon on a Wednesday: every calendar window has room before and after it. */
export const noon = Date.UTC(2026, 3, 15, 12);

let last = 0;

/** A plain call of key `k1` that asks for `auto`; override the fields that a test is about. */
export function intent(members: Partial<IntentRow> = {}): IntentRow {
  const id = members.id ?? `req_${(last += 1).toString().padStart(8, '0')}`;
  return {
    id,
    traceId: id,
    startedAt: noon,
    surface: 'http',
    tags: [],
    keyId: 'k1',
    requestedModel: 'auto',
    stream: false,
    reserved: 0n,
    inputEstimate: 0n,
    simulated: false,
    ...members,
  };
}

/** The decision of a call for which the router drew one of two equally likely models. */
export function drawn(model: string): RoutingDecision {
  return {
    policy: 'learned',
    reason: 'drawn',
    ranked: [{ model, deployment: 'lab#1' }],
    ruledOut: [],
    experiment: { arm: 'learned', propensity: 0.5, explored: false },
  };
}

/** A plain end of a call: one successful attempt that cost `cost`. */
export function settlement(id: string, members: Partial<Settlement> = {}): Settlement {
  const { cost = 100n, simulated = false, usage = { ...noUsage, input: 10, output: 5 } } = members;
  return {
    id,
    finishedAt: noon + 1_000,
    state: 'ok',
    model: 'anthropic/claude-sonnet',
    provider: 'anthropic',
    tier: 'workhorse',
    providerDialect: 'anthropic-messages',
    usage,
    estimated: false,
    cost,
    warnings: [],
    attempts: [attempt({ cost, simulated, usage })],
    simulated,
    ...members,
  };
}

export function attempt(members: Partial<AttemptRow> = {}): AttemptRow {
  return {
    model: 'anthropic/claude-sonnet',
    provider: 'anthropic',
    tier: 'workhorse',
    deployment: 'anthropic#1',
    dialect: 'anthropic-messages',
    startedAt: noon,
    durationMs: 812.5,
    status: 200,
    outcome: 'ok',
    usage: noUsage,
    estimated: false,
    cost: 100n,
    simulated: false,
    ...members,
  };
}
