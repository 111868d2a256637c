import { checkedWithin } from './checked-within.ts';
import type { FoundFailure, TextRule } from './text-failure.ts';

// The code of the checking process: it is asked one question at a time.

/** What the process says: that it waits for its first question, or what it found. */
export type CheckerMessage =
  | { readonly says: 'ready' }
  | { readonly says: 'found'; readonly found: FoundFailure };

/** CPU time for one answer, so that a hostile pattern does not keep the process from the other questions. */
const cpuMs = 100;

process.on('message', (rules: readonly TextRule[]) => say({ says: 'found', found: failureOf(rules) }));
say({ says: 'ready' });

function say(message: CheckerMessage): void {
  process.send?.(message);
}

function failureOf(rules: readonly TextRule[]): FoundFailure {
  try {
    return checkedWithin(rules, { cpuMs });
  } catch {
    // Out of time, too deep for the stack, or a pattern that is too large when it is compiled.
    return 'unknown';
  }
}
