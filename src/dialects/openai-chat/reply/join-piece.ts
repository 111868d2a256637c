import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { ownMember, setOwnMember } from '../../../core/json/own-members.ts';
import { appendAll } from '../../../core/lists/append-all.ts';

/**
 * Joins a later piece to an object: its texts and lists continue those that are there, its objects are joined in turn,
 * and of other members the last value stays. A `null` changes nothing. The piece itself is not kept.
 */
export function joinPiece(whole: JsonObject, piece: JsonObject): void {
  for (const [member, value] of Object.entries(piece)) {
    const known = ownMember(whole, member);
    if (Array.isArray(known) && Array.isArray(value)) appendAll(known, value);
    else if (isJsonObject(known) && isJsonObject(value)) joinPiece(known, value);
    else if (typeof known === 'string' && typeof value === 'string' && !repeated.has(member)) {
      setOwnMember(whole, member, known + value);
    } else setOwnMember(whole, member, ownCopy(value) ?? known ?? null);
  }
}

/** Members that each piece says in full. */
const repeated: ReadonlySet<string> = new Set(['role', 'id', 'type']);

/** What later pieces are joined to. */
function ownCopy(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return [...value];
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  joinPiece(copy, value);
  return copy;
}
