import type { TestContext } from 'node:test';

/**
 * Makes `performance.now`, the clock of the transport's deadlines, movable: the returned function moves it forward. A
 * test can so have long limits, which a busy machine keeps, and let them pass at once.
 */
export function forwardClock(t: TestContext): (ms: number) => void {
  const now = performance.now.bind(performance);
  let ahead = 0;
  t.mock.method(performance, 'now', () => now() + ahead);
  return (ms) => {
    ahead += ms;
  };
}
