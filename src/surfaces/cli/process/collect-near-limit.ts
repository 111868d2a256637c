import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const lookEveryMs = 100;
/** Size of V8's young generation. V8 would let it grow to 64 MB, which does not help a gateway's short requests. */
const youngBytes = 16 * 2 ** 20;
/**
 * Size of Node's shared blocks for small buffers (default 64 KiB). A buffer that waits for its reader keeps its whole
 * block in memory.
 */
const blockBytes = 8 * 1024;
/**
 * With fewer open exchanges there is little long-lived garbage: the memory is held by large bodies, which no collection
 * can free.
 */
const manyExchanges = 100;

/**
 * Lets memory outside V8's heap, such as bodies, double between two full collections, together with the heap. Otherwise
 * V8 collects after every 64 MB: once per 40 prompts of a megabyte, for about 60 ms of CPU.
 */
const roomForBuffers = '--external-memory-accounted-in-global-limit';
const littleRoomForBuffers = '--no-external-memory-accounted-in-global-limit';

/**
 * V8 keeps garbage while memory is available: a thousand open streams hold 60 MB and take 300. With many exchanges
 * open, it collects earlier from two thirds of the limit (a tenth more CPU), and as much as it can near the limit (half
 * as much CPU again). With few exchanges, the same flags would only trigger collections that free nothing, because
 * large prompts are still in use.
 */
const levels = [
  { from: 0, flags: ['--heap-growing-percent=0', '--no-memory-saver-mode', roomForBuffers] },
  {
    from: 0.64,
    flags: ['--heap-growing-percent=30', '--no-memory-saver-mode', littleRoomForBuffers],
  },
  { from: 0.78, flags: ['--heap-growing-percent=30', '--memory-saver-mode', littleRoomForBuffers] },
] as const;
/** A level is left only this far below its threshold, so that it does not toggle. */
const stickiness = 0.05;

/**
 * Keeps this process below `limitBytes` if possible, while `openExchanges` are many. Returns a function that ends it.
 */
export function collectNearLimit(limitBytes: number, openExchanges: () => number): () => void {
  let level = -1;
  let residentBytes = 0;
  let mayGrow = true;
  Buffer.poolSize = blockBytes;
  setFlagsFromString('--external-memory-max-growing-factor=2');

  function look(): void {
    residentBytes = openExchanges() < manyExchanges ? 0 : (readResidentBytes() ?? residentBytes);
    const used = residentBytes / limitBytes;
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

/** Returns `undefined` if the process has too many open files: Linux tells it in a file. */
function readResidentBytes(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch {
    return undefined;
  }
}
