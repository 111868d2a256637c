import type { MemberEdit } from '../wire/dialect.ts';
import { ConclaveError } from '../errors.ts';
import { topLevelMembers, type JsonMember } from './top-level-members.ts';

/**
 * Changes, adds and removes top-level members of a JSON object in its own bytes: every other byte stays as it was. An
 * added member comes last. The bytes must be valid JSON; if nothing changes, `json` itself is returned. `known` saves
 * finding the members again.
 * @throws ConclaveError `invalid_request` if a member to edit appears twice, because it is unclear which one counts.
 */
export function spliceMembers(
  json: Uint8Array,
  edits: readonly MemberEdit[],
  known?: readonly JsonMember[],
): Uint8Array {
  const bytes = viewOf(json);
  const changes = changesOf(bytes, known ?? topLevelMembers(bytes), edits);
  return changes.length === 0 ? json : applied(bytes, changes);
}

/** Returns the edited object as consecutive pieces. Unchanged pieces are views of `json`; nothing is copied. */
export function splicedPieces(
  json: Uint8Array,
  edits: readonly MemberEdit[],
  known?: readonly JsonMember[],
): readonly Uint8Array[] {
  const bytes = viewOf(json);
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const { start, end, text } of changesOf(bytes, known ?? topLevelMembers(bytes), edits)) {
    pieces.push(bytes.subarray(from, start), Buffer.from(text));
    from = end;
  }
  pieces.push(bytes.subarray(from));
  return pieces.filter(({ byteLength }) => byteLength > 0);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

type Change = { readonly start: number; readonly end: number; readonly text: string };

function changesOf(bytes: Buffer, members: readonly JsonMember[], asked: readonly MemberEdit[]): Change[] {
  const edits = asked.filter(isLastOfItsMember);
  const changes: Change[] = [];
  let added = '';
  for (const { member: name, value } of edits) {
    const index = indexOf(members, name);
    const member = members[index];
    if (value === undefined) {
      if (member) changes.push(removal(members, index, lastKept(members, edits)));
      continue;
    }
    const text = JSON.stringify(value);
    if (!member) added += `,${JSON.stringify(name)}:${text}`;
    else if (!holds(bytes, member, text)) {
      changes.push({ start: member.valueStart, end: member.valueEnd, text });
    }
  }
  // Sorted before a removal that starts at the same place.
  if (added) changes.unshift(addition(bytes, members[lastKept(members, edits)], added));
  return changes.length > 1 ? changes.sort((a, b) => a.start - b.start) : changes;
}

function isLastOfItsMember({ member }: MemberEdit, index: number, edits: readonly MemberEdit[]): boolean {
  return edits.findLastIndex((edit) => edit.member === member) === index;
}

function indexOf(members: readonly JsonMember[], name: string): number {
  const index = members.findIndex((member) => member.name === name);
  if (index >= 0 && members.findLastIndex((member) => member.name === name) !== index) {
    throw new ConclaveError('invalid_request', `The member "${name}" appears twice; send it once.`, {
      param: name,
    });
  }
  return index;
}

function holds(bytes: Buffer, { valueStart, valueEnd }: JsonMember, text: string): boolean {
  return (
    valueEnd - valueStart === Buffer.byteLength(text) && bytes.toString('utf8', valueStart, valueEnd) === text
  );
}

/** A member is removed with the comma after it or, if no later member stays, with the comma before it. */
function removal(members: readonly JsonMember[], index: number, last: number): Change {
  const [before, member, behind] = [members[index - 1], members[index], members[index + 1]];
  if (!member) throw new RangeError(`no member ${index}`);
  if (index < last && behind) return { start: member.keyStart, end: behind.keyStart, text: '' };
  return { start: before?.valueEnd ?? member.keyStart, end: member.valueEnd, text: '' };
}

function addition(bytes: Buffer, neighbour: JsonMember | undefined, added: string): Change {
  const start = neighbour ? neighbour.valueEnd : bytes.indexOf('{') + 1;
  return { start, end: start, text: neighbour ? added : added.slice(1) };
}

function lastKept(members: readonly JsonMember[], edits: readonly MemberEdit[]): number {
  return members.findLastIndex(
    ({ name }) => !edits.some(({ member, value }) => member === name && value === undefined),
  );
}

function applied(bytes: Buffer, changes: readonly Change[]): Buffer {
  let length = bytes.length;
  for (const { start, end, text } of changes) length += Buffer.byteLength(text) - (end - start);
  const edited = Buffer.allocUnsafe(length);
  let from = 0;
  let to = 0;
  for (const { start, end, text } of changes) {
    to += bytes.copy(edited, to, from, start);
    to += edited.write(text, to);
    from = end;
  }
  bytes.copy(edited, to, from);
  return edited;
}
