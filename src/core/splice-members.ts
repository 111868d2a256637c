import type { MemberEdit } from './dialect.ts';
import { ConclaveError } from './errors.ts';
import { topLevelMembers, type JsonMember } from './top-level-members.ts';

type Change = { readonly start: number; readonly end: number; readonly text: string };

/**
 * Changes, adds and removes top-level members of a JSON object in its own bytes: every other byte stays as it was. An
 * added member comes last. The bytes must be valid JSON; an object that is already as wanted is returned itself.
 * @throws ConclaveError `invalid_request` when a member to edit appears twice, because nobody can say which one counts.
 */
export function spliceMembers(json: Uint8Array, edits: readonly MemberEdit[]): Uint8Array {
  const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength);
  const members = topLevelMembers(bytes);
  const wanted = new Map(edits.map(({ member, value }) => [member, textOf(value)]));
  refuseDuplicates(members, wanted);

  const changes = [...additions(bytes, members, wanted), ...editsInPlace(bytes, members, wanted)];
  return changes.length === 0 ? json : applied(bytes, changes);
}

/** What `JSON.stringify` writes for a value; `undefined` stays. */
function textOf(value: MemberEdit['value']): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

function refuseDuplicates(members: readonly JsonMember[], wanted: ReadonlyMap<string, unknown>): void {
  const seen = new Set<string>();
  for (const { name } of members) {
    if (seen.has(name)) {
      throw new ConclaveError('invalid_request', `The member "${name}" appears twice; send it once.`, {
        param: name,
      });
    }
    if (wanted.has(name)) seen.add(name);
  }
}

type Wanted = ReadonlyMap<string, string | undefined>;

function editsInPlace(bytes: Buffer, members: readonly JsonMember[], wanted: Wanted): Change[] {
  const last = lastKept(members, wanted);
  return members.flatMap((member, index) => {
    if (!wanted.has(member.name)) return [];
    const text = wanted.get(member.name);
    if (text === undefined) return [removal(members, index, last)];
    const { valueStart: start, valueEnd: end } = member;
    return bytes.toString('utf8', start, end) === text ? [] : [{ start, end, text }];
  });
}

/** A member goes with the comma behind it; where nothing behind it stays, with the comma before it. */
function removal(members: readonly JsonMember[], index: number, last: number): Change {
  const [before, member, behind] = [members[index - 1], members[index], members[index + 1]];
  if (!member) throw new RangeError(`no member ${index}`);
  if (index < last && behind) return { start: member.keyStart, end: behind.keyStart, text: '' };
  return { start: before?.valueEnd ?? member.keyStart, end: member.valueEnd, text: '' };
}

function additions(bytes: Buffer, members: readonly JsonMember[], wanted: Wanted): Change[] {
  const present = new Set(members.map(({ name }) => name));
  const texts = [...wanted]
    .filter(([name, text]) => text !== undefined && !present.has(name))
    .map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  if (texts.length === 0) return [];
  const neighbour = members[lastKept(members, wanted)];
  const start = neighbour ? neighbour.valueEnd : bytes.indexOf('{') + 1;
  return [{ start, end: start, text: (neighbour ? ',' : '') + texts.join(',') }];
}

function lastKept(members: readonly JsonMember[], wanted: Wanted): number {
  return members.findLastIndex(({ name }) => !wanted.has(name) || wanted.get(name) !== undefined);
}

function applied(bytes: Buffer, changes: readonly Change[]): Buffer {
  const pieces: Buffer[] = [];
  let copiedTo = 0;
  for (const { start, end, text } of changes.toSorted((a, b) => a.start - b.start)) {
    pieces.push(bytes.subarray(copiedTo, start), Buffer.from(text));
    copiedTo = end;
  }
  pieces.push(bytes.subarray(copiedTo));
  return Buffer.concat(pieces);
}
