import assert from 'node:assert/strict';
import type { TestGateway } from './gateway.ts';
import { until } from './until.ts';
import { modelRequests } from './model-requests.ts';

/** The requirement is 200 ms. A busy machine gets more time: the test distinguishes only "at once" from "never". */
const maxMs = 5_000;

/**
 * Starts a stream that stalls, aborts it after its first piece, and asks the simulator when it saw the disconnect.
 * `run` calls `gotPiece` for every piece of the stream.
 */
export async function assertAbortCrosses(
  { simulator }: TestGateway,
  run: (signal: AbortSignal, gotPiece: () => void) => Promise<void>,
): Promise<void> {
  const seen = simulator.aborts().length;
  const asked = modelRequests(simulator).length;
  const stop = new AbortController();
  let pieces = 0;
  const running = run(stop.signal, () => (pieces += 1)).then(
    () => 'ended',
    () => 'aborted',
  );
  await until(() => modelRequests(simulator).length > asked && pieces > 0, 'the first piece');
  const abortedAt = Date.now();
  stop.abort();
  await running;
  await until(() => simulator.aborts().length > seen, 'the abort at the provider');
  const at = simulator.aborts().at(-1)?.at ?? Number.POSITIVE_INFINITY;
  assert.ok(at - abortedAt <= maxMs, `the provider saw the abort after ${at - abortedAt} ms`);
}
