import type { Answer, ParentQuestion, Question } from '../engine/ask.ts';
import type { Parent } from '../engine/open-parent.ts';
import { modelShelf, type ShelfParts } from './model-shelf.ts';
import { runProgress } from './run-progress.ts';
import type { ToolContext } from './tool.ts';

/** Who runs a tool, and from where. */
export type ToolCaller = Pick<
  ToolContext,
  'principal' | 'surface' | 'signal' | 'roots' | 'progress' | 'callerFamily'
>;

/** What the composition root lends to every tool. */
export type ToolServices = Pick<
  ToolContext,
  'prompts' | 'catalogue' | 'ledger' | 'threads' | 'whyBenched' | 'now'
> &
  Omit<ShelfParts, 'catalogue' | 'allowed'> & {
    readonly ask: (question: Question) => Promise<Answer>;
    readonly openParent: (parent: ParentQuestion) => Promise<Parent>;
    readonly newId: (kind: 'trace' | 'thread') => string;
  };

/** What one run of a tool may use. All its calls share one trace, and `caller.progress` hears of each. */
export function toolContext(services: ToolServices, caller: ToolCaller): ToolContext {
  const { ask, openParent, newId, familyOrder, bestOfFamily, ...rest } = services;
  const { principal, surface, signal } = caller;
  const traceId = newId('trace');
  const { progress, follow } = runProgress(caller.progress);
  return {
    ...rest,
    ...caller,
    progress,
    newId,
    shelf: modelShelf({
      catalogue: services.catalogue,
      allowed: principal.models,
      familyOrder,
      bestOfFamily,
    }),
    ask: (question) => follow(question, () => ask({ signal, traceId, ...question, principal, surface })),
    openParent: ({ tool, task, expected }) =>
      openParent({
        principal,
        surface,
        traceId,
        tool,
        tags: [],
        ...(task && { task }),
        expected: expected.map((one) => ({
          ...one,
          question: { signal, traceId, ...one.question, principal, surface },
        })),
      }),
  };
}
