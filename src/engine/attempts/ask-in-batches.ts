import { appendAll } from '../../core/lists/append-all.ts';
import { completionTokens, noUsage, promptTokens } from '../../core/money/usage.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { FurtherSlots } from '../deployments/capacity/further-slots.ts';
import type { Slot } from '../deployments/capacity/slot.ts';
import type { AttemptMeter } from './meter/attempt-meter.ts';
import type { Chunk } from './reply/chunk.ts';
import {
  estimatedTokens,
  joinedVectors,
  usageOfBatches,
  type AskedBatch,
  type EmbeddingBatch,
} from './request/embedding-batches.ts';

const noBytes = new Uint8Array(0);
/** Requests of one call at a time: enough to hide the wait for each, too few to look like a flood. */
const maxAtOnce = 4;

type BatchServices = {
  /** Passes on what a reply contains, even if it is then rejected. */
  readonly ask: (batch: EmbeddingBatch, see: AttemptMeter['see']) => Promise<Chunk>;
  readonly meter: Pick<AttemptMeter, 'see'>;
  /** The call's own slot; its first request uses it. */
  readonly slot: Slot;
  readonly further: FurtherSlots;
  /** Whether a failure shows how many requests the provider accepts at once. */
  readonly isRefusal: (failure: unknown) => boolean;
};

/**
 * Asks for the batches of one call, a few at a time, and joins their replies. Each request has a slot of its own, as if
 * it were a call. The call fails with its first failure; what its batches have used until then is billed.
 */
export async function askInBatches(
  batches: readonly EmbeddingBatch[],
  { ask, meter, slot, further, isRefusal }: BatchServices,
): Promise<Chunk> {
  const asked: AskedBatch[] = [];
  const replies: StreamPart[][] = batches.map(() => []);
  const failures: unknown[] = [];
  const running = new Set<Promise<void>>();

  async function askOne(at: number, batch: EmbeddingBatch): Promise<void> {
    const { call } = batch;
    const seen: StreamPart[] = [];
    let held: Slot | undefined;
    let failure: unknown;
    try {
      held = at === 0 ? slot : await further.take(estimatedTokens(call));
      const { parts } = await ask(batch, (some) => appendAll(seen, some));
      replies[at] = [...parts];
    } catch (error) {
      failure = error;
      failures.push(error);
    }
    const one = { call, seen, failure };
    asked.push(one);
    const { usage = noUsage } = usageOfBatches([one]) ?? {};
    const used = promptTokens(usage) + completionTokens(usage);
    held?.leave(used, failure === undefined ? 'answered' : isRefusal(failure) ? 'refused' : undefined);
  }

  for (const [at, batch] of batches.entries()) {
    // If there is no room, a request of this call may make some; only a call without any waits in line.
    while (running.size > 0 && (running.size === maxAtOnce || !further.hasRoom(estimatedTokens(batch.call))))
      await Promise.race(running);
    if (failures.length > 0) break;
    const asking = askOne(at, batch).finally(() => running.delete(asking));
    running.add(asking);
  }
  await Promise.all(running);

  if (failures.length > 0) {
    const used = usageOfBatches(asked);
    if (used) meter.see([used]);
    throw failures[0];
  }
  const parts = joinedVectors(replies);
  meter.see(parts);
  return { bytes: noBytes, parts };
}
