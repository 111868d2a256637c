import { setTimeout as sleep } from 'node:timers/promises';

// Preloaded, with --expose-gc, into a gateway whose memory is measured.
process.on('message', async (message) => {
  if (message !== 'held') return;
  // Buffers are freed after the collection that finds them.
  for (let round = 0; round < 3; round += 1) {
    void globalThis.gc?.({ type: 'major', execution: 'sync' });
    await sleep(200);
  }
  const { heapUsed, external } = process.memoryUsage();
  process.send?.(heapUsed + external);
});
// The listener must not keep the process alive.
process.channel?.unref();
