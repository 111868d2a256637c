/** How the time of a function grows with the length of its text. */
export type Growth = {
  /** Characters of the shorter text; undefined if even the longest text took no time worth measuring. */
  readonly length: number | undefined;
  /** The time that four times the text takes, as a multiple. */
  readonly factor: number;
};

/** Several ticks of the processor's clock, which under load counts in steps of 4 ms. */
const measurableMs = 20;
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
    const factor = factorOf(work, textOf(length), textOf(4 * length));
    if (factor !== undefined) return { length, factor };
  }
  return { length: undefined, factor: 1 };
}

/** Undefined if the short text cannot be measured after all: the first call of a function is slower than the others. */
function factorOf(work: (text: string) => unknown, short: string, long: string): number | undefined {
  let best = Infinity;
  for (let attempt = 0; attempt < tries && best >= maxFactor; attempt += 1) {
    const shortMs = timeOf(work, short);
    if (shortMs < measurableMs) return undefined;
    best = Math.min(best, timeOf(work, long) / shortMs);
  }
  return best;
}

function timeOf(work: (text: string) => unknown, text: string): number {
  // A text in one piece: concatenating it is the caller's work.
  const flat = Buffer.from(text).toString();
  const before = process.threadCpuUsage();
  work(flat);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
