import { setTimeout as sleep } from 'node:timers/promises';

// Preloaded into a gateway whose memory is to be looked at, with --expose-gc.
process.on('message', async (message) => {
  if (message !== 'held') return;
  // Buffers are freed behind the collection that finds them.
  for (let round = 0; round < 3; round += 1) {
    void globalThis.gc?.({ type: 'major', execution: 'sync' });
    await sleep(200);
  }
  const { heapUsed, external } = process.memoryUsage();
  process.send?.(heapUsed + external);
});
// The listener alone must not keep a process alive.
process.channel?.unref();
