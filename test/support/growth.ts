/** How the time of a function grows with the length of its text. */
export type Growth = {
  /** Characters of the shorter text; undefined if even the longest text took no time worth measuring. */
  readonly length: number | undefined;
  /** The time that four times the text takes, as a multiple. */
  readonly factor: number;
};

/** Shorter times are noise. */
const measurableMs = 10;
const shortest = 4_000;
const longest = 500_000;
/** One slow run is an accident of the machine, three are the function. */
const tries = 3;

/** Between 4 (linear) and 16 (quadratic); garbage collection makes linear work look like up to 6. */
export const maxFactor = 9;

/**
 * Measures how a function's time grows when its text becomes four times as long. The text is lengthened until the time
 * can be measured. Counts the processor time of this thread, so the load of the machine does not matter, and returns the
 * best of several tries.
 */
export function growthOf(work: (text: string) => unknown, textOf: (length: number) => string): Growth {
  for (let length = shortest; length <= longest; length *= 2) {
    if (timeOf(work, textOf(length)) < measurableMs) continue;
    const factors: number[] = [];
    while (factors.length < tries && !factors.some((factor) => factor < maxFactor)) {
      factors.push(timeOf(work, textOf(4 * length)) / timeOf(work, textOf(length)));
    }
    return { length, factor: Math.min(...factors) };
  }
  return { length: undefined, factor: 1 };
}

function timeOf(work: (text: string) => unknown, text: string): number {
  // A text in one piece: concatenating it is the caller's work.
  const flat = Buffer.from(text).toString();
  const before = process.threadCpuUsage();
  work(flat);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
