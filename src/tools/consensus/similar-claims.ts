import { cosine, textTraits, type TextTraits } from '../wording/text-likeness.ts';
import { modelsOf, type ClaimGroup, type ComparedClaim } from './weigh-claims.ts';

/** Claims of several models in similar words, which no model has compared: one point, or opposite ones. */
export type SimilarClaims = readonly ComparedClaim[];

/** Finds claims in similar words, so that a reader can compare them if no model could. */
export function similarClaims(groups: readonly ClaimGroup[]): SimilarClaims[] {
  const alike: { readonly traits: TextTraits; readonly members: ClaimGroup[] }[] = [];
  for (const group of groups) {
    const traits = textTraits(group.statement);
    const [closest] = alike
      .map((one) => ({ ...one, likeness: likenessOf(one.traits, traits) }))
      .toSorted((a, b) => b.likeness - a.likeness);
    if (closest && closest.likeness >= similar) closest.members.push(group);
    else alike.push({ traits, members: [group] });
  }
  return alike
    .map(({ members }) => members.map((group) => ({ claim: group.statement, models: modelsOf(group) })))
    .filter((claims) => claims.length > 1 && new Set(claims.flatMap(({ models }) => models)).size > 1);
}

/** About half of the words in common. */
const similar = 0.5;

function likenessOf(a: TextTraits, b: TextTraits): number {
  return (cosine(a.words, b.words) + cosine(a.pieces, b.pieces)) / 2;
}
