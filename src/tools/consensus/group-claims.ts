import { cosine, textTraits, type TextTraits } from '../findings/text-likeness.ts';
import { numbersIn, type Claim, type ClaimGroup } from './weigh-claims.ts';

/**
 * Groups claims by their words alone, if no model could group them. Cautious: only clearly equal points are grouped,
 * and a group whose members contradict each other or name different numbers is a dispute.
 */
export function groupClaims(claims: readonly Claim[]): ClaimGroup[] {
  const groups: { lead: Claim; traits: TextTraits; members: ClaimGroup['members'][number][] }[] = [];
  for (const claim of claims) {
    const traits = textTraits(claim.text);
    const home = groups
      .filter(({ members }) => members.every((member) => member.claim.speaker !== claim.speaker))
      .map((group) => ({ group, likeness: likenessOf(group.traits, traits) }))
      .toSorted((a, b) => b.likeness - a.likeness)
      .find(({ likeness }) => likeness >= samePoint);
    if (home === undefined) groups.push({ lead: claim, traits, members: [{ claim, position: 'supports' }] });
    else
      home.group.members.push({
        claim,
        position: deny(home.group.lead.text, claim.text) ? 'opposes' : 'supports',
      });
  }
  return groups.map(({ lead, members }) => ({ statement: lead.text, members }));
}

/** About half of the words in common. */
const samePoint = 0.5;

function likenessOf(a: TextTraits, b: TextTraits): number {
  return (cosine(a.words, b.words) + cosine(a.pieces, b.pieces)) / 2;
}

/** True if exactly one of the two is negated, or if they name different numbers. */
function deny(a: string, b: string): boolean {
  if (isNegated(a) !== isNegated(b)) return true;
  const [numbersA, numbersB] = [numbersIn(a), numbersIn(b)];
  return numbersA.length > 0 && numbersB.length > 0 && !numbersA.some((number) => numbersB.includes(number));
}

function isNegated(text: string): boolean {
  return /\b(?:not|never|no|cannot|can't|don't|doesn't|isn't|won't|shouldn't|without|avoid)\b/i.test(text);
}
