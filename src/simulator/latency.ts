import { chance } from './chance.ts';
import type { Character } from './character.ts';

/** `plausible` is similar to a real provider; `none` answers as fast as possible; or exact values. */
export type Latency = 'none' | 'plausible' | { readonly firstByteMs: number; readonly perChunkMs: number };

export type Pace = { readonly firstByteMs: number; readonly perChunkMs: number };

const tierPaces: Readonly<Record<Character['tier'], Pace>> = {
  frontier: { firstByteMs: 420, perChunkMs: 14 },
  workhorse: { firstByteMs: 260, perChunkMs: 9 },
  economy: { firstByteMs: 140, perChunkMs: 5 },
};

/** Returns the pace of one reply: that of its tier, varied by about a third, and the same for the same request. */
export function paceOf(latency: Latency, tier: Character['tier'], digest: string): Pace {
  if (latency === 'none') return { firstByteMs: 0, perChunkMs: 0 };
  if (latency !== 'plausible') return latency;
  const { firstByteMs, perChunkMs } = tierPaces[tier];
  const stretch = 0.67 + 0.67 * chance(digest, 'pace');
  return { firstByteMs: firstByteMs * stretch, perChunkMs: perChunkMs * stretch };
}
