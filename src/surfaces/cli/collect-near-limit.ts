import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const lookEveryMs = 100;
/** Where young objects live. V8 lets it grow to 64 MB, which a gateway's short requests do not gain anything from. */
const youngBytes = 16 * 2 ** 20;
/** Small buffers share blocks of Node's, and one that waits for a reader keeps its whole block: 64 KiB unless told. */
const blockBytes = 8 * 1024;
/** Fewer open exchanges leave little behind that lives long: what they need is large bodies, which no collector saves. */
const manyExchanges = 100;

/**
 * What lies outside of V8's heap, as bodies do, may double between two full collections, together with the heap. Else V8
 * collects whenever 64 MB have been added: every 40 prompts of a megabyte, for some 60 ms of CPU.
 */
const roomForBuffers = '--external-memory-accounted-in-global-limit';
const littleRoomForBuffers = '--no-external-memory-accounted-in-global-limit';

/**
 * V8 lets garbage lie while there is memory: a thousand open streams hold 60 MB and take 300. With many exchanges open
 * it is told from two thirds of the limit on to collect sooner (a tenth more CPU), near the limit to do everything it
 * can (half as much again). With few the same flags would only collect over and over what large prompts still hold.
 */
const levels = [
  { from: 0, flags: ['--heap-growing-percent=0', '--no-memory-saver-mode', roomForBuffers] },
  {
    from: 0.64,
    flags: ['--heap-growing-percent=30', '--no-memory-saver-mode', littleRoomForBuffers],
  },
  { from: 0.78, flags: ['--heap-growing-percent=30', '--memory-saver-mode', littleRoomForBuffers] },
] as const;
/** A level is left only this far below its beginning, so that it is not entered and left all the time. */
const stickiness = 0.05;

/** Keeps this process below `limitBytes` where it can, while `openExchanges` are many. Returns what ends it. */
export function collectNearLimit(limitBytes: number, openExchanges: () => number): () => void {
  let level = -1;
  let mayGrow = true;
  Buffer.poolSize = blockBytes;
  setFlagsFromString('--external-memory-max-growing-factor=2');

  function look(): void {
    const used = openExchanges() < manyExchanges ? 0 : process.memoryUsage.rss() / limitBytes;
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
