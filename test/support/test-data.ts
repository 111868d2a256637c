import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

/** Recorded replies, specifications and routing data, which fixtures/README.md describes. */
const root = resolve(process.env.CONCLAVE_TEST_DATA ?? join(import.meta.dirname, '../../../shared'));

/** Whether the recorded replies and specifications are there. */
export const testDataAvailable = existsSync(join(root, 'fixtures'));

/** A path below the test data, whether or not it is there. */
export function testDataPath(...segments: string[]): string {
  return join(root, ...segments);
}

/** A test that reads recorded data: it skips aloud where there is none, and fails there under CONCLAVE_REQUIRE_TEST_DATA=1. */
export function recordedTest(title: string, run: (t: TestContext) => void | Promise<void>): void {
  const needed = process.env.CONCLAVE_REQUIRE_TEST_DATA === '1';
  void test(title, async (t) => {
    if (testDataAvailable) return run(t);
    if (needed) throw new Error(`CONCLAVE_REQUIRE_TEST_DATA=1, and there is nothing at ${root}`);
    t.skip(noTestData);
  });
}

/** Why a test was skipped, and the remedy. */
export const noTestData = 'needs recorded data in CONCLAVE_TEST_DATA: see fixtures/README.md';
