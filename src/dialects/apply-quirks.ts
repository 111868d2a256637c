import type { MemberEdit, WireTarget } from '../core/dialect.ts';
import type { JsonObject } from '../core/json.ts';

/** What a seller's quirks change in any body: members that it refuses go, with a warning; its own extra ones come. */
export function quirkEdits(
  body: JsonObject,
  { quirks }: Pick<WireTarget, 'quirks'>,
  warnings: string[],
): MemberEdit[] {
  const refused = (quirks.refuses ?? []).filter((member) => body[member] !== undefined);
  for (const member of refused) warnings.push(`"${member}" was left out: this provider refuses it.`);
  return [
    ...refused.map((member) => ({ member, value: undefined })),
    ...Object.entries(quirks.extraBody ?? {}).map(([member, value]) => ({ member, value })),
  ];
}
