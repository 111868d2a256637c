import { setImmediate as nextTurn } from 'node:timers/promises';

/** Everything that an app and its first calls load, in pieces of about the same weight. */
const pieces: readonly (() => Promise<unknown>)[] = [
  () => import('../dialects/index.ts'),
  () => import('../engine/engine.ts'),
  () => import('../transport/http-in.ts'),
  () => import('./build-app.ts'),
  () => import('../telemetry/json-log.ts'),
  () => import('../tools/asking/run-one-shot.ts'),
  () => import('../tools/review/run-review-job.ts'),
  () => import('undici'),
  // Loads its rules at its first text.
  async () => (await import('../files/secrets.ts')).redactSecrets(''),
];

/**
 * Loads the code of an app piece by piece. Node loads whatever one import leads to without a pause, a quarter of a second
 * for all of it; between two pieces a server that already stands answers what has come.
 */
export async function loadInTurns(): Promise<void> {
  for (const load of pieces) {
    await load();
    await nextTurn();
  }
}
