import { appendAll } from '../core/lists/append-all.ts';
import { throwIfAborted } from '../core/streams/abort-error.ts';
import { ConclaveError, type ErrorCode } from '../core/errors.ts';
import { estimateTokens } from '../core/estimate-tokens.ts';
import type { LeftOut, LeftOutReason } from './left-out.ts';
import { isGlob, splitGlob } from './glob.ts';
import { listFiles } from './list-files.ts';
import { matchingTime, type MatchingTime } from './matching-time.ts';
import { notByHand } from './not-by-hand.ts';
import type { NamedText } from './pack.ts';
import { defaultReadLimits, readSource, type ReadLimits } from './read-file.ts';
import { folderAt, type Roots } from './roots.ts';
import { shortName } from './short-name.ts';

/** A file, folder or glob to read, or a text given inline with its name. */
export type FileInput = string | NamedText;

export type Collected = { readonly files: readonly NamedText[]; readonly leftOut: readonly LeftOut[] };

export type CollectOptions = {
  readonly limits?: ReadLimits;
  readonly maxFiles?: number;
  readonly signal?: AbortSignal;
  /** The time for globs and ignore rules, if other reading of the same call shares it. */
  readonly time?: MatchingTime;
};

/**
 * Reads what the caller named. A file named directly must be readable, even if it is ignored or generated; from a
 * folder or glob, files that cannot be read or are not worth reading are left out and listed.
 * @throws ConclaveError `permission`, `not_found`, `request_too_large` or `invalid_request`, naming the path.
 */
export async function collectFiles(
  roots: Roots,
  inputs: readonly FileInput[],
  options: CollectOptions = {},
): Promise<Collected> {
  const files = new Map<string, NamedText>();
  const leftOut: LeftOut[] = [];
  const limited = { ...options, time: options.time ?? matchingTime(options.signal) };
  for (const input of inputs) {
    const collected =
      typeof input === 'string' ? await collectOne(roots, input, limited) : { files: [input], leftOut: [] };
    for (const file of collected.files) if (!files.has(file.path)) files.set(file.path, file);
    appendAll(leftOut, collected.leftOut);
  }
  return { files: [...files.values()], leftOut };
}

type LimitedOptions = CollectOptions & { readonly time: MatchingTime };

async function collectOne(roots: Roots, path: string, options: LimitedOptions): Promise<Collected> {
  const folder = await folderAt(roots, path);
  if (folder !== undefined) return collectBelow(roots, folder, undefined, options);

  const file = await readSource(roots, path, options.limits);
  if (file.ok) return { files: [{ path: file.path, text: file.text }], leftOut: [] };
  if (file.reason !== 'missing' || !isGlob(path)) throw refusalError(file);

  const { folder: base, glob } = splitGlob(path);
  const start = await folderAt(roots, base);
  const nothing = { ...file, detail: `nothing matches ${shortName(path)}` };
  if (start === undefined) throw refusalError(nothing);
  const collected = await collectBelow(roots, start, glob, options);
  if (collected.files.length > 0 || collected.leftOut.length > 0) return collected;
  throw refusalError(nothing);
}

async function collectBelow(
  roots: Roots,
  folder: string,
  glob: string | undefined,
  options: LimitedOptions,
): Promise<Collected> {
  const { maxFiles = 2_000, limits = defaultReadLimits, signal, time } = options;
  const listing = await listFiles(roots, folder, {
    maxFiles,
    time,
    ...(glob === undefined ? {} : { glob }),
    ...(signal ? { signal } : {}),
  });
  const files: NamedText[] = [];
  const leftOut = [...listing.leftOut];
  for (const path of listing.files) {
    throwIfAborted(signal);
    const file = await readSource(roots, path, limits);
    if (!file.ok) {
      leftOut.push(leftOutOf(file));
      continue;
    }
    const why = notByHand(file.path, file.text);
    if (why) leftOut.push({ path: file.path, ...why, tokens: estimateTokens(file.text) });
    else files.push({ path: file.path, text: file.text });
  }
  return { files, leftOut };
}

function leftOutOf({ path, reason, detail, tokens }: LeftOut): LeftOut {
  return tokens === undefined ? { path, reason, detail } : { path, reason, detail, tokens };
}

function refusalError({ path, reason, detail }: LeftOut): ConclaveError {
  const code = codeOf[reason] ?? 'invalid_request';
  const remedy = reason === 'too-large' ? ' Send the part that matters instead.' : '';
  return new ConclaveError(code, `Cannot read ${shortName(path)}: ${detail}.${remedy}`, { param: 'files' });
}

const codeOf: Partial<Record<LeftOutReason, ErrorCode>> = {
  'no-roots': 'permission',
  'outside-roots': 'permission',
  forbidden: 'permission',
  missing: 'not_found',
  'too-large': 'request_too_large',
};
