import { parentPort } from 'node:worker_threads';
import { ranOutOfTime, withinCpu } from '../core/patterns/within-cpu.ts';
import { textFailure, type TextFailure, type TextRule } from './text-failure.ts';

// The code of the checking thread: it is asked one question at a time.

/** What the thread answers; `unknown` if it ran out of time. */
export type FoundFailure = TextFailure | 'unknown' | undefined;

/** CPU time for one answer, so that a hostile pattern does not keep the thread from the other questions. */
const cpuMs = 100;

parentPort?.on('message', (rules: readonly TextRule[]) => parentPort?.postMessage(failureOf(rules)));

function failureOf(rules: readonly TextRule[]): FoundFailure {
  try {
    return withinCpu(() => textFailure(rules), { cpuMs });
  } catch (error) {
    if (ranOutOfTime(error) || error instanceof RangeError) return 'unknown';
    throw error;
  }
}
