import { isUtf8 } from 'node:buffer';
import { ConclaveError } from '../../core/errors.ts';
import { parseWithExactCalls } from '../../core/json/exact-json.ts';
import { isJsonObject, type JsonObject } from '../../core/json/json.ts';
import { topLevelMembers, type JsonMember } from '../../core/json/top-level-members.ts';
import { findJsonError } from './find-json-error.ts';
import { inspectEscapes, withPlainNames } from './unicode-escapes.ts';

/** Enough for any schema or message, and far below what a recursive reader's stack allows. */
const maxDepth = 256;
/** No API has a hundred members. Each costs work in every reader: a million would block a process for seconds. */
const maxMembers = 1_000;

export type JsonBody = {
  readonly value: JsonObject;
  /** Positions of its members in the bytes. */
  readonly members: readonly JsonMember[];
};

/**
 * Parses a request body as a JSON object that every reader understands in the same way: UTF-8 without lone surrogates,
 * no duplicate members, at most 256 levels, at most 1,000 members.
 * @throws ConclaveError `invalid_request` naming the offending byte.
 */
export function parseJsonBody(body: Buffer): JsonBody {
  if (body.length === 0) throw invalid('The body is empty; send a JSON object.');
  if (!isUtf8(body)) {
    throw invalid(`The body is not UTF-8 at byte ${firstInvalidByte(body)}; encode it as UTF-8.`);
  }
  const members = unambiguousMembers(body);
  const text = body.toString('utf8');
  const { loneSurrogateAt, hidesLetters } = inspectEscapes(body, text);
  if (loneSurrogateAt !== undefined) {
    throw invalid(
      `The escape at byte ${loneSurrogateAt} is half of a surrogate pair; send whole characters.`,
    );
  }
  const value = parse(body, hidesLetters ? withPlainNames(body) : text);
  if (isJsonObject(value)) return { value, members };
  throw invalid('The body must be a JSON object.');
}

/**
 * Checks depth and duplicates on the bytes: parsing would drop duplicates, and deep nesting would already have done its
 * harm.
 */
function unambiguousMembers(body: Buffer): JsonMember[] {
  const members = readMembers(body);
  const seen = new Set<string>();
  for (const { name, keyStart } of members) {
    if (seen.has(name)) {
      const shown = name.slice(0, 80);
      throw invalid(`The member "${shown}" appears a second time at byte ${keyStart}; send it once.`, shown);
    }
    seen.add(name);
  }
  return members;
}

function readMembers(body: Buffer): JsonMember[] {
  try {
    return topLevelMembers(body, maxDepth, maxMembers);
  } catch (error) {
    if (error instanceof RangeError) throw invalid(`The body is ${error.message}.`);
    throw malformed(body);
  }
}

function parse(body: Buffer, text: string): unknown {
  try {
    return parseWithExactCalls(text);
  } catch {
    throw malformed(body);
  }
}

function malformed(body: Buffer): ConclaveError {
  const error = findJsonError(body);
  if (!error) return invalid('The body is JSON but not an object; send an object in braces.');
  if (body[0] === 0xef) return invalid('The body begins with a byte order mark; send it without one.');
  return invalid(
    `The body is not valid JSON: at byte ${error.at} of ${body.length} there should be ${error.expected}.`,
  );
}

/** Finds the first invalid byte by bisecting between characters, until few bytes are left to check one by one. */
function firstInvalidByte(bytes: Buffer): number {
  let start = 0;
  for (let end = bytes.length; end - start > 16;) {
    let middle = (start + end) >> 1;
    for (let back = 0; back < 3 && isContinuation(bytes[middle]); back++) middle--;
    if (isUtf8(bytes.subarray(start, middle))) start = middle;
    else end = middle + 4;
  }
  for (let at = start; at < bytes.length;) {
    const length = sequenceLength(bytes[at] ?? 0);
    if (length === 0 || !isUtf8(bytes.subarray(at, at + length))) return at;
    at += length;
  }
  return bytes.length;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte < 0xc0;
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
}

function invalid(message: string, param?: string): ConclaveError {
  return new ConclaveError('invalid_request', message, param === undefined ? {} : { param });
}
