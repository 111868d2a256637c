import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until something holds, looking every 5 ms; fails after 20 s by default, saying what did not come.
 * Where a look costs something (a request, a query), `everyMs` makes them rarer.
 */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string | (() => string),
  { everyMs = 5, giveUpMs = 20_000 }: { everyMs?: number; giveUpMs?: number } = {},
): Promise<void> {
  const giveUpAt = performance.now() + giveUpMs;
  while (!(await holds())) {
    if (performance.now() > giveUpAt)
      assert.fail(`waited ${giveUpMs / 1_000} s in vain: ${typeof what === 'string' ? what : what()}`);
    await sleep(everyMs);
  }
}
