import { Deadlines } from '../core/streams/deadlines.ts';
import type { Ms } from '../core/units.ts';
import type { AttemptMemory } from './attempts/attempt-services.ts';
import { missingEndpoints } from './attempts/fallback/missing-endpoints.ts';
import { retryBudget } from './attempts/fallback/retry-budget.ts';
import { seenRefusals } from './attempts/fallback/seen-refusals.ts';
import type { TaskGuess } from '../core/routing/request/classification.ts';
import {
  deploymentMemory,
  type DeploymentMemory,
  type MemorySharing,
} from './deployments/deployment-memory.ts';
import { conversationMemory, type ConversationMemory } from './memory/conversation-memory.ts';
import { LateWork } from './memory/late-work.ts';
import { MoneyLine } from './money/money-line.ts';
import { warnedKeys, type WarnedKeys } from './memory/warned-keys.ts';

/** What an engine has learned. It outlives a call and, if passed on, a configuration. */
export type EngineMemory = DeploymentMemory &
  ConversationMemory &
  AttemptMemory & {
    readonly warnedKeys: WarnedKeys;
    /**
     * Tasks that small models assigned to prompts, also that they named none; the least recently used entry is dropped
     * first.
     */
    readonly knownTasks: Map<string, TaskGuess | 'none'>;
    /** The calls that wait for money. */
    readonly moneyLine: MoneyLine;
    /** What is still done for calls whose callers have their answers. */
    readonly lateWork: LateWork;
    /** When the calls in progress must be over. */
    readonly deadlines: Deadlines;
  };

/** `sharing`: the store through which processes share what they learn about providers; absent: nothing is shared. */
export function engineMemory(now: () => Ms, sharing?: MemorySharing): EngineMemory {
  return {
    ...deploymentMemory(now, sharing),
    ...conversationMemory(now),
    missing: missingEndpoints(now),
    seenRefusals: seenRefusals(now),
    retryBudget: retryBudget(now),
    warnedKeys: warnedKeys(),
    knownTasks: new Map(),
    moneyLine: new MoneyLine(now),
    lateWork: new LateWork(),
    deadlines: new Deadlines(),
  };
}
