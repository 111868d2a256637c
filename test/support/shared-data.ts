import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

const root = join(import.meta.dirname, '../../../shared');

/** Whether the recorded replies and specifications lie beside the checkout. */
export const sharedAvailable = existsSync(join(root, 'fixtures'));

/** A path below ../shared, whether or not it is there. */
export function sharedPath(...segments: string[]): string {
  return join(root, ...segments);
}

/** A test that reads ../shared: it skips aloud in a lone clone and fails there when CONCLAVE_REQUIRE_SHARED=1. */
export function sharedTest(title: string, run: (t: TestContext) => void | Promise<void>): void {
  const needed = process.env.CONCLAVE_REQUIRE_SHARED === '1';
  void test(title, async (t) => {
    if (sharedAvailable) return run(t);
    if (needed) throw new Error(`CONCLAVE_REQUIRE_SHARED=1, and there is nothing at ${root}`);
    t.skip('needs ../shared beside the checkout');
  });
}
