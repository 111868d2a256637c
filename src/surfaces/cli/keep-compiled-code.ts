import { setFlagsFromString } from 'node:v8';
import type { Ms } from '../../core/units.ts';

/** Memory is given back all the same, by servers that nobody has asked anything for so long. */
const patienceMs: Ms = 10 * 60_000;

/**
 * Lets a server keep what it has compiled through a pause.
 *
 * V8 takes eight quiet seconds for the end of the work. It then collects with all its strength, and what it has compiled for
 * shapes of objects of which none happens to live right now is lost: thousands of calls after a pause, the next burst of
 * a quiet service, took half as much CPU again (`npm run bench -- pause`).
 */
export function keepCompiledCode(): void {
  setFlagsFromString(`--memory-reducer-delay-ms=${patienceMs}`);
}
