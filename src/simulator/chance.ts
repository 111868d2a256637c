/**
 * Returns a number in [0, 1) that depends only on its keys. It is the simulator's only source of randomness, so the
 * same seed and question always give the same answer.
 */
export function chance(...keys: readonly (string | number)[]): number {
  const text = keys.join('\u0000');
  const high = mix(text, 0x9747b28c) >>> 5;
  const low = mix(text, 0x1b873593) >>> 6;
  return (high * 2 ** 26 + low) / 2 ** 53;
}

/** The mixing steps of MurmurHash3 over UTF-16 units, with its finaliser. */
function mix(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) {
    let unit = Math.imul(text.charCodeAt(index), 0xcc9e2d51);
    unit = (unit << 15) | (unit >>> 17);
    hash ^= Math.imul(unit, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= text.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
