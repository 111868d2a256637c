import { setFlagsFromString } from 'node:v8';
import type { Ms } from '../../../core/units.ts';

/** A server that has been idle for this long still returns its memory. */
const patienceMs: Ms = 10 * 60_000;

/**
 * Lets a server keep its compiled code through a pause.
 *
 * V8 takes eight quiet seconds for the end of the work. It then runs a full collection and loses code that was compiled
 * for object shapes with no live instance. The next burst of a quiet service then took half as much CPU again, for
 * thousands of calls (`npm run bench -- pause`).
 */
export function keepCompiledCode(): void {
  setFlagsFromString(`--memory-reducer-delay-ms=${patienceMs}`);
}
