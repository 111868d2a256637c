import { join, relative, sep } from 'node:path';
import { appendAll } from '../../core/lists/append-all.ts';
import { shownNames } from '../../core/names/shown-names.ts';
import { ConclaveError } from '../../core/errors.ts';
import { collectFiles, type FileInput } from '../../files/collect-files.ts';
import type { FileChange } from '../../files/diff/change.ts';
import { openRepository, type Repository } from '../../files/git/open-repository.ts';
import { parseDiff } from '../../files/diff/parse-diff.ts';
import { readChanges, type ChangeRequest } from '../../files/git/read-changes.ts';
import { redactChanges } from '../../files/diff/redact-changes.ts';
import { selectChanges, type Selected } from '../../files/git/select-changes.ts';
import { widenHunks } from '../../files/diff/widen-hunks.ts';
import { leavesGap, type LeftOut } from '../../files/left-out.ts';
import { collectMentioned, locateMentioned } from '../../files/mentioned-files.ts';
import type { NamedText } from '../../files/pack.ts';
import { readSource } from '../../files/read-file.ts';
import { isInside } from '../../files/roots.ts';
import type { Redact } from '../../files/secrets.ts';
import type { Finding } from '../../core/finding.ts';
import type { ToolContext } from '../offer/tool.ts';
import { conflictFindings, exposedFindings, secretFindings, type SecretPlace } from './own-findings.ts';

/** Where the code to review comes from: a diff as text, changes in git, or files. */
export type SubjectRequest =
  | { readonly kind: 'diff'; readonly diff: string }
  | {
      readonly kind: 'git';
      readonly changes: ChangeRequest;
      readonly paths: readonly string[];
      /** The question. If there are no changes, the few files that it mentions are reviewed whole. */
      readonly prompt?: string;
    }
  | { readonly kind: 'files'; readonly files: readonly string[] }
  /** The question itself contains the code. */
  | { readonly kind: 'prompt'; readonly prompt: string };

/** What reviewers see, with secrets removed. */
export type ReviewSubject = {
  /** For example `staged changes`, `main..feature` or `3 files`. */
  readonly description: string;
  readonly changes: readonly FileChange[];
  /** Whole files to review; empty if there are changes. */
  readonly files: readonly NamedText[];
  /** Names of files that the question itself shows; set if it is all there is to review. */
  readonly inPrompt?: readonly string[];
  /** Files that are shown only as context. */
  readonly context: readonly NamedText[];
  readonly leftOut: readonly LeftOut[];
  /** The left-out items that should have been reviewed. */
  readonly gaps: readonly LeftOut[];
  /** Findings that need no model. */
  readonly found: readonly Finding[];
  readonly warnings: readonly string[];
};

/** Unchanged lines around each change. */
const contextLines = 12;

/**
 * Reads what is to be reviewed.
 * @throws ConclaveError for anything that cannot be read, before a model is asked.
 */
export async function readSubject(
  request: SubjectRequest,
  given: readonly FileInput[],
  { roots, signal, redact }: Pick<ToolContext, 'roots' | 'signal' | 'redact'>,
): Promise<ReviewSubject> {
  const context = await collectFiles(roots, given, { signal });
  const read = await readRequest(request, { roots, signal });
  const changes = await redactChanges(read.changes, redact);
  const files = await redactFiles(read.files, redact);
  const extra = await redactFiles(context.files, redact);
  const redactions = [
    ...changes.redactions.map(({ path, kind, line }) => `${kind} in ${path}:${line}`),
    ...[...files.redactions, ...extra.redactions].map(({ path, kind, line }) => `${kind} in ${path}:${line}`),
  ];
  return {
    description: read.description,
    changes: changes.changes,
    files: files.files,
    ...(read.inPrompt && { inPrompt: read.inPrompt }),
    context: extra.files,
    leftOut: [...read.leftOut, ...context.leftOut],
    gaps: read.leftOut.filter(leavesGap),
    found: [
      ...secretFindings([...changes.redactions.filter(({ added }) => added), ...files.redactions]),
      ...exposedFindings(read.exposed ?? []),
      ...conflictFindings(changes.changes, files.files),
    ],
    warnings: [
      ...read.warnings,
      ...tooLarge(read.leftOut),
      ...(redactions.length > 0 ? [`Secrets were replaced by markers: ${redactions.join(', ')}.`] : []),
    ],
  };
}

type Read = Pick<ReviewSubject, 'description' | 'changes' | 'files' | 'inPrompt' | 'leftOut' | 'warnings'> & {
  readonly exposed?: readonly string[];
};

/** `folder` is the one that paths are relative to. */
type ReadGit = Read & { readonly folder: string };

async function readRequest(
  request: SubjectRequest,
  { roots, signal }: Pick<ToolContext, 'roots' | 'signal'>,
): Promise<Read> {
  switch (request.kind) {
    case 'diff':
      return readDiff(request.diff, { roots });
    case 'git':
      return await withMentioned(await readGit(request, { roots, signal }), request, { roots, signal });
    case 'prompt':
      return {
        description: 'what the question shows',
        changes: [],
        files: [],
        inPrompt: filesNamedIn(request.prompt),
        leftOut: [],
        warnings: [],
      };
    case 'files': {
      const { files, leftOut } = await collectFiles(roots, request.files, { signal });
      if (files.length === 0) throw nothingToReview(leftOut);
      return { description: describeFiles(files), changes: [], files, leftOut, warnings: [] };
    }
  }
}

/** More files, or a folder, cost too much to be reviewed unless the caller asks for it in so many words. */
const maxMentioned = 5;

/**
 * A caller who mentions a file or folder in the question alone may mean it, or may want the changes to keep to what it
 * says.
 */
async function withMentioned(
  { folder, ...read }: ReadGit,
  { prompt }: SubjectRequest & { kind: 'git' },
  { roots, signal }: Pick<ToolContext, 'roots' | 'signal'>,
): Promise<Read> {
  if (prompt === undefined) return read;
  const mentions = await locateMentioned(roots, prompt);
  if (read.changes.length > 0) {
    const unchanged = mentions.filter(({ real }) => !hasChanged(real, folder, read));
    if (unchanged.length === 0) return read;
    const warning = `Only changes were reviewed. The question mentions what has none: ${listed(unchanged)}. Name it in "files" to have it reviewed whole.`;
    return { ...read, warnings: [...read.warnings, warning] };
  }
  const { files: named, leftOut } = await collectMentioned(roots, prompt, { signal, filesOnly: true });
  const files = named.slice(0, maxMentioned);
  const others = [...mentions.filter(({ isFolder }) => isFolder), ...named.slice(maxMentioned)];
  const warnings = [
    ...read.warnings,
    ...(files.length === 0
      ? []
      : [`No changes were found, so the files that the question mentions were reviewed: ${listed(files)}.`]),
    ...(others.length === 0
      ? []
      : [
          `Not reviewed, though the question mentions it: ${listed(others)}. Name it in "files" to have it reviewed whole.`,
        ]),
  ];
  if (files.length === 0) return { ...read, warnings };
  return {
    ...read,
    description: describeFiles(files),
    files,
    leftOut: [...read.leftOut, ...leftOut],
    warnings,
  };
}

/** Whether a file, or anything in a folder, has changed; a change that could not be reviewed has its own warning. */
function hasChanged(real: string, folder: string, { changes, leftOut }: Read): boolean {
  const changed = changes.flatMap(({ path, oldPath }) => (oldPath === undefined ? [path] : [path, oldPath]));
  return [...changed, ...leftOut.map(({ path }) => path)].some((path) => isInside(real, join(folder, path)));
}

function describeFiles(files: readonly NamedText[]): string {
  return files.length === 1 ? (files[0]?.path ?? '') : `${files.length} files`;
}

function listed(places: readonly { readonly path: string }[]): string {
  return shownNames(
    places.map(({ path }) => path),
    5,
  );
}

/** The files of a diff in a prompt. A finding must have a file, so without any, the prompt counts as the file. */
function filesNamedIn(prompt: string): string[] {
  // Git writes a tab after a name with spaces.
  const named = [...prompt.matchAll(/^\+\+\+ (?:b\/)?([^\t\n]+)/gm)].map(([, path = '']) => path.trimEnd());
  const real = named.filter((path) => path !== '' && path !== '/dev/null');
  return real.length > 0 ? [...new Set(real)] : ['prompt'];
}

async function readGit(
  { changes: wanted, paths }: SubjectRequest & { kind: 'git' },
  { roots, signal }: Pick<ToolContext, 'roots' | 'signal'>,
): Promise<ReadGit> {
  const repository = await openRepository(roots, { signal });
  const { description, base, end, changes, leftOut, exposed, warnings } = await readChanges(
    repository,
    wanted,
    {
      paths,
      contextLines,
    },
  );
  const selected = await selectChanges(changes, { repository, base, end });
  const read = asRead(description, selected, leftOut, warnings);
  return { ...seenFromRoot({ ...read, exposed }, repository), folder: repository.folder };
}

/** If only part of a repository may be read, paths are relative to that part, as for named files. */
function seenFromRoot(read: Read, { top, folder }: Repository): Read {
  if (folder === top) return read;
  const seen = (path: string) => relative(folder, join(top, path)).split(sep).join('/');
  return {
    ...read,
    exposed: (read.exposed ?? []).map(seen),
    changes: read.changes.map(({ path, oldPath, ...change }) => ({
      ...change,
      path: seen(path),
      ...(oldPath !== undefined && { oldPath: seen(oldPath) }),
    })),
    leftOut: read.leftOut.map((one) =>
      one.reason === 'outside-roots'
        ? one
        : { ...one, path: seen(one.path) + (one.path.endsWith('/') ? '/' : '') },
    ),
  };
}

/** A diff given as text is widened with context from matching files, if they can be read. */
async function readDiff(diff: string, { roots }: Pick<ToolContext, 'roots'>): Promise<Read> {
  const { changes, leftOut, warnings } = parseDiff(diff);
  const selected = await selectChanges(changes);
  const widened: FileChange[] = [];
  for (const change of selected.changes) {
    const file = roots.folders.length > 0 ? await readSource(roots, change.path) : undefined;
    widened.push(file?.ok ? widenHunks(change, file.text, contextLines) : change);
  }
  return asRead('the diff', { ...selected, changes: widened }, leftOut, warnings);
}

function asRead(
  description: string,
  selected: Selected,
  leftOut: readonly LeftOut[],
  warnings: readonly string[],
): Read {
  return {
    description,
    changes: selected.changes,
    files: [],
    leftOut: [...leftOut, ...selected.leftOut],
    warnings: [...warnings, ...selected.warnings],
  };
}

type RedactedFiles = { readonly files: readonly NamedText[]; readonly redactions: readonly SecretPlace[] };

async function redactFiles(files: readonly NamedText[], redact: Redact): Promise<RedactedFiles> {
  const found: SecretPlace[] = [];
  const clean: NamedText[] = [];
  for (const { path, text } of files) {
    const { text: redacted, redactions } = await redact(text);
    clean.push({ path, text: redacted });
    appendAll(
      found,
      redactions.map(({ kind, line }) => ({ path, kind, line })),
    );
  }
  return { files: clean, redactions: found };
}

/** Files that a user would expect to be reviewed, and what to do about them. */
function tooLarge(leftOut: readonly LeftOut[]): string[] {
  return leftOut
    .filter(({ reason }) => reason === 'too-large')
    .map(({ path, detail }) => {
      const what = detail.startsWith(path) ? detail : `${path}: ${detail}`;
      return `Not reviewed: ${what}. Send the relevant parts as a diff; list generated files in .gitignore, or mark them linguist-generated in a .gitattributes that is committed before them.`;
    });
}

function nothingToReview(leftOut: readonly LeftOut[]): ConclaveError {
  const reasons = leftOut.slice(0, 5).map(({ path, detail }) => `${path}: ${detail}`);
  return new ConclaveError('invalid_request', `None of the files can be reviewed: ${reasons.join('; ')}.`, {
    param: 'files',
  });
}
