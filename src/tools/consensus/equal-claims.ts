import { plainWording } from '../wording/plain-wording.ts';
import type { Claim, ClaimGroup } from './weigh-claims.ts';

/**
 * Groups claims of equal wording. Only these are one point without a model: claims that share most words may contradict
 * each other, and claims without a common word may agree.
 */
export function equalClaims(claims: readonly Claim[]): ClaimGroup[] {
  return [...Map.groupBy(claims, ({ text }) => plainWording(text)).values()].flatMap((equal) => {
    const [first] = equal;
    if (first === undefined) return [];
    return [
      { statement: first.text, members: equal.map((claim) => ({ claim, position: 'supports' as const })) },
    ];
  });
}
