import type { Call } from '../../core/call.ts';
import type { AttemptMeter } from './attempt-meter.ts';
import type { Chunk } from './chunk.ts';
import { joinedVectors, usageOfAnswered } from './embedding-batches.ts';

const noBytes = new Uint8Array(0);
/** Requests of one call at a time: enough to hide the wait for each, too few to look like a flood. */
const usuallyAtOnce = 4;

/**
 * Asks for the parts of one call, a few at a time, and joins their replies. The call fails with its first failure; what
 * was answered until then is billed.
 */
export async function askInBatches(
  batches: readonly Call[],
  {
    ask,
    meter,
    atOnce = usuallyAtOnce,
  }: {
    readonly ask: (batch: Call) => Promise<Chunk>;
    readonly meter: Pick<AttemptMeter, 'see'>;
    /** The most requests that the provider accepts at once. */
    readonly atOnce?: number | undefined;
  },
): Promise<Chunk> {
  const replies: (Chunk | undefined)[] = batches.map(() => undefined);
  const failures: unknown[] = [];
  const waiting = batches.entries();

  async function askWaiting(): Promise<void> {
    for (const [at, batch] of waiting) {
      try {
        replies[at] = await ask(batch);
      } catch (error) {
        failures.push(error);
      }
      if (failures.length > 0) return;
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, usuallyAtOnce) }, askWaiting));

  const answered = replies.map((reply) => reply?.parts);
  if (failures.length > 0) {
    const used = usageOfAnswered(batches, answered);
    if (used) meter.see([used]);
    throw failures[0];
  }
  const parts = joinedVectors(answered.map((each) => each ?? []));
  meter.see(parts);
  return { bytes: noBytes, parts };
}
