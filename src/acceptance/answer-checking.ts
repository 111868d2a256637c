import { parentPort } from 'node:worker_threads';
import { ranOutOfTime, withinCpu } from '../core/patterns/within-cpu.ts';
import { textFailure, type TextFailure, type TextRule } from './text-failure.ts';

// The code of the checking thread.

/** What the thread is asked, and what it answers; `unknown` if it ran out of time. */
export type AskedFailure = { readonly number: number; readonly rules: readonly TextRule[] };
export type FoundFailure = { readonly number: number; readonly failure: TextFailure | 'unknown' | undefined };

/** CPU time for one answer, so that a hostile pattern does not keep the thread from the other questions. */
const cpuMs = 100;

parentPort?.on('message', ({ number, rules }: AskedFailure) => {
  parentPort?.postMessage({ number, failure: failureOf(rules) } satisfies FoundFailure);
});

function failureOf(rules: AskedFailure['rules']): FoundFailure['failure'] {
  try {
    return withinCpu(() => textFailure(rules), { cpuMs });
  } catch (error) {
    if (ranOutOfTime(error) || error instanceof RangeError) return 'unknown';
    throw error;
  }
}
