import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const lookEveryMs = 100;
/** Where young objects live. V8 lets it grow to 64 MB, which a gateway's short requests do not gain anything from. */
const youngBytes = 16 * 2 ** 20;

/**
 * V8 lets garbage lie while there is memory: a thousand open streams hold 60 MB and take 300. From three quarters of the
 * limit on it is told to collect sooner (a tenth more CPU), near the limit to do everything it can (half as much again).
 */
const levels = [
  { from: 0, flags: ['--heap-growing-percent=0', '--no-memory-saver-mode'] },
  { from: 0.72, flags: ['--heap-growing-percent=30', '--no-memory-saver-mode'] },
  { from: 0.86, flags: ['--heap-growing-percent=30', '--memory-saver-mode'] },
] as const;
/** A level is left only this far below its beginning, so that it is not entered and left all the time. */
const stickiness = 0.05;

/** Keeps this process below `limitBytes` where it can. Returns what ends it. */
export function saveMemoryNear(limitBytes: number): () => void {
  let level = 0;
  let mayGrow = true;

  function look(): void {
    const used = process.memoryUsage.rss() / limitBytes;
    const next = levels.findLastIndex(({ from }, at) => used >= (at <= level ? from - stickiness : from));
    if (next !== level && next >= 0) {
      level = next;
      for (const flag of levels[level]?.flags ?? []) setFlagsFromString(flag);
    }
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    const small = (young?.space_size ?? 0) < youngBytes;
    if (small !== mayGrow) setFlagsFromString(`--semi-space-growth-factor=${small ? 2 : 1}`);
    mayGrow = small;
  }

  look();
  const timer = setInterval(look, lookEveryMs).unref();
  return () => clearInterval(timer);
}
