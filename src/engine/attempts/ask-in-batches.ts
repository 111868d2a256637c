import type { Call } from '../../core/call.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { AttemptMeter } from './attempt-meter.ts';
import type { Chunk } from './chunk.ts';
import { joinedVectors, usageOfBatches, type AskedBatch } from './embedding-batches.ts';

const noBytes = new Uint8Array(0);
/** Requests of one call at a time: enough to hide the wait for each, too few to look like a flood. */
const usuallyAtOnce = 4;

type AskBatch = (batch: Call, see: AttemptMeter['see']) => Promise<Chunk>;

/**
 * Asks for the parts of one call, a few at a time, and joins their replies. The call fails with its first failure; what
 * its parts have used until then is billed.
 */
export async function askInBatches(
  batches: readonly Call[],
  {
    ask,
    meter,
    atOnce = usuallyAtOnce,
  }: {
    /** Passes on what a reply contains, even if it is then rejected. */
    readonly ask: AskBatch;
    readonly meter: Pick<AttemptMeter, 'see'>;
    /** The most requests that the provider accepts at once. */
    readonly atOnce?: number | undefined;
  },
): Promise<Chunk> {
  const asked: AskedBatch[] = [];
  const replies: StreamPart[][] = batches.map(() => []);
  const failures: unknown[] = [];
  const waiting = batches.entries();

  async function askWaiting(): Promise<void> {
    for (const [at, call] of waiting) {
      const seen: StreamPart[] = [];
      try {
        const { parts } = await ask(call, (some) => seen.push(...some));
        replies[at] = [...parts];
        asked.push({ call, seen });
      } catch (error) {
        failures.push(error);
        asked.push({ call, seen, failure: error });
      }
      if (failures.length > 0) return;
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, usuallyAtOnce) }, askWaiting));

  if (failures.length > 0) {
    const used = usageOfBatches(asked);
    if (used) meter.see([used]);
    throw failures[0];
  }
  const parts = joinedVectors(replies);
  meter.see(parts);
  return { bytes: noBytes, parts };
}
