import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** What takes a second on its own may take twenty on a busy machine. */
const giveUpMs = 120_000;

/**
 * Waits until a condition is true, checking every 5 ms. Fails after two minutes, naming what it waited for. If a check
 * is expensive (a request, a query), set `everyMs` to check less often.
 */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string | (() => string),
  { everyMs = 5 }: { everyMs?: number } = {},
): Promise<void> {
  const giveUpAt = performance.now() + giveUpMs;
  while (!(await holds())) {
    if (performance.now() > giveUpAt)
      assert.fail(`waited ${giveUpMs / 1_000} s in vain: ${typeof what === 'string' ? what : what()}`);
    await sleep(everyMs);
  }
}
