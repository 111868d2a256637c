import { setImmediate as nextTurn } from 'node:timers/promises';

/** Everything that an app and its first calls load, in pieces of similar size. */
const pieces: readonly (() => Promise<unknown>)[] = [
  () => import('../dialects/index.ts'),
  () => import('../engine/engine.ts'),
  () => import('../transport/in/http-in.ts'),
  () => import('./build-app.ts'),
  () => import('../telemetry/json-log.ts'),
  () => import('../tools/asking/run-one-shot.ts'),
  () => import('../tools/review/run-review-job.ts'),
  () => import('undici'),
  // Loads its rules on the first text.
  async () => (await import('../files/secrets.ts')).redactSecrets(''),
];

/**
 * Loads the code of an app piece by piece. Node loads everything that one import leads to without a pause, a quarter of
 * a second in total; between two pieces a running server can answer requests.
 */
export async function loadInTurns(): Promise<void> {
  for (const load of pieces) {
    await load();
    await nextTurn();
  }
}
