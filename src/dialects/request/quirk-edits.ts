import type { MemberEdit } from '../../core/wire/dialect.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import type { RequestDraft } from './draft.ts';
import { modelEntry } from './model-entry.ts';

/**
 * Returns the edits that a provider's quirks make to any request body: fields that it rejects are removed, with a
 * warning, and its own extra fields are added. Its objects are merged with those of the body, as the `pending` edits
 * change them.
 */
export function quirkEdits(
  body: JsonObject,
  { target, warnings }: Pick<RequestDraft, 'target' | 'warnings'>,
  pending: readonly MemberEdit[] = [],
): MemberEdit[] {
  const { model, quirks } = target;
  const isThere = (member: string) => body[member] !== undefined;
  const refused = (quirks.refuses ?? []).filter(isThere);
  for (const member of refused) warnings.push(`"${member}" was left out: this provider rejects it.`);
  const refusedByModel = (modelEntry(quirks.modelRefuses, target) ?? []).filter(isThere);
  for (const member of refusedByModel)
    warnings.push(`"${member}" was left out: ${model} does not support it.`);
  return [
    ...[...refused, ...refusedByModel].map((member) => ({ member, value: undefined })),
    ...Object.entries(quirks.extraBody ?? {}).map(([member, value]) => ({
      member,
      value: isJsonObject(value) ? merged(current(member, body, pending), value) : value,
    })),
  ];
}

function current(member: string, body: JsonObject, pending: readonly MemberEdit[]): JsonValue | undefined {
  const edit = pending.findLast((one) => one.member === member);
  return edit ? edit.value : body[member];
}

function merged(theirs: JsonValue | undefined, ours: JsonObject): JsonObject {
  return isJsonObject(theirs) ? { ...theirs, ...ours } : ours;
}
