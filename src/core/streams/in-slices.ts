import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Ms } from '../units.ts';

/** The longest that a part of the work may keep streams waiting, if no single item takes longer. */
const sliceMs: Ms = 2;

/** Yields items for long work on each, and lets everything else on the event loop run every few milliseconds. */
export async function* inSlices<Item>(items: Iterable<Item>): AsyncGenerator<Item, void, undefined> {
  let endsAt = performance.now() + sliceMs;
  for (const item of items) {
    yield item;
    if (performance.now() < endsAt) continue;
    await nextTurn();
    endsAt = performance.now() + sliceMs;
  }
}
