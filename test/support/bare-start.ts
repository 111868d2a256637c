import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Returns how long this machine currently takes to start Node alone. A process that is to be ready in time gets as much
 * longer as the machine is busier.
 */
export async function bareStartMs(): Promise<number> {
  const startedAt = performance.now();
  await once(spawn(process.execPath, ['-e', '0']), 'exit');
  return performance.now() - startedAt;
}
