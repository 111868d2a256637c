import { appendAll } from '../../core/append-all.ts';
import { accountAt } from '../../core/account-at.ts';
import type { Candidate } from '../../core/provider.ts';

/** Removes the waiting candidates whose window is no larger: a prompt that overflowed one overflows them all. */
export function dropNarrower(waiting: Candidate[], { model: { contextWindow } }: Candidate): void {
  if (contextWindow === undefined) return;
  keep(waiting, ({ model }) => model.contextWindow === undefined || model.contextWindow > contextWindow);
}

/** Removes the waiting candidates of an account (as named by `accountAt`), and returns how many. */
export function dropAccount(waiting: Candidate[], account: string): number {
  const before = waiting.length;
  keep(waiting, ({ deployment }) => accountAt(deployment) !== account);
  return before - waiting.length;
}

function keep(waiting: Candidate[], isKept: (candidate: Candidate) => boolean): void {
  const kept = waiting.filter(isKept);
  waiting.length = 0;
  appendAll(waiting, kept);
}
