import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

/** Recorded replies, specifications and routing data; fixtures/README.md describes them. */
const root = resolve(process.env.CONCLAVE_TEST_DATA ?? join(import.meta.dirname, '../../../shared'));

/** Whether the recorded replies and specifications are present. */
export const testDataAvailable = existsSync(join(root, 'fixtures'));

/** A path below the test data, whether or not it exists. */
export function testDataPath(...segments: string[]): string {
  return join(root, ...segments);
}

/**
 * A test that reads recorded data. If the data is absent, it is skipped with a message, or fails under
 * CONCLAVE_REQUIRE_TEST_DATA=1.
 */
export function recordedTest(title: string, run: (t: TestContext) => void | Promise<void>): void {
  const needed = process.env.CONCLAVE_REQUIRE_TEST_DATA === '1';
  void test(title, async (t) => {
    if (testDataAvailable) return run(t);
    if (needed) throw new Error(`CONCLAVE_REQUIRE_TEST_DATA=1, and there is nothing at ${root}`);
    t.skip(noTestData);
  });
}

/** Why a test was skipped, and how to fix it. */
export const noTestData = 'needs recorded data in CONCLAVE_TEST_DATA: see fixtures/README.md';
