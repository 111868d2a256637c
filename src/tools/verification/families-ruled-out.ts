/** The families that took part in an answer, one name for each model. */
export type Involved = {
  /** The family that wrote the text; absent if nobody did, as in a vote. */
  readonly writer?: string | undefined;
  /** The families of all other models that it rests on. */
  readonly members: readonly string[];
};

export type RuledOutFamilies = {
  readonly families: readonly string[];
  readonly warnings: readonly string[];
};

/**
 * Returns the families that must not check an answer: always the writer's, and those of a panel's members as long as one
 * of the `available` families is left. A panel often has a member of every family; then the family with the fewest members
 * may check, with a warning.
 */
export function familiesRuledOut(
  { writer, members }: Involved,
  available: readonly string[],
): RuledOutFamilies {
  const others = Map.groupBy(
    members.filter((family) => family !== writer),
    (family) => family,
  );
  const mostInvolved = [...others].toSorted(([, a], [, b]) => b.length - a.length).map(([family]) => family);
  const isOneAuthor = writer === undefined && mostInvolved.length === 1;
  const families = new Set(writer === undefined ? [] : [writer]);
  const kept: string[] = [];
  for (const family of mostInvolved) {
    const isOneLeft = available.some((other) => other !== family && !families.has(other));
    if (isOneLeft || isOneAuthor) families.add(family);
    else kept.push(family);
  }
  const warning = `no other family was left to ask, so the checker may be of a family that took part in the answer (${kept.join(', ')})`;
  return { families: [...families], warnings: kept.length > 0 ? [warning] : [] };
}
