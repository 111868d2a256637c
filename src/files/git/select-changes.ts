import { join } from 'node:path';
import { shownNames } from '../../core/names/shown-names.ts';
import type { Tokens } from '../../core/units.ts';
import { estimateTokens } from '../../core/estimate-tokens.ts';
import type { LeftOut } from '../left-out.ts';
import { marksOf, type Mark } from '../not-by-hand.ts';
import { readSource } from '../read-file.ts';
import { commitBase, diffBase, type ChangeBase } from './change-base.ts';
import { beginningOf, nameBefore, type FileChange } from '../diff/change.ts';
import { attributesNow, type GitAttributes } from './git-attributes.ts';
import type { Repository } from './open-repository.ts';
import type { Compared } from './read-changes.ts';
import { renderChange } from '../diff/render-diff.ts';
import { textsAmong } from './texts-among.ts';

export type Selected = {
  readonly changes: readonly FileChange[];
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly string[];
};

/** A larger change to a single file is data, not code; a smaller one is reviewed in parts. */
const largestChange: Tokens = 500_000;

/** The changes that are reviewed although they mark themselves as not written by hand: as much as a person writes. */
const maxSelfMarked: Tokens = 48_000;

/**
 * Keeps the changes that a reviewer can judge; everything else is listed with a reason. Whether a person wrote a file is
 * decided by the marks that were there before: a change could otherwise hide itself with a mark that it brings along.
 * Without a repository (a diff given as text) only file names and the diff itself are checked.
 */
export async function selectChanges(changes: readonly FileChange[], git?: Compared): Promise<Selected> {
  const { marks, base, hidden } = await readMarks(changes, git);
  const kept: FileChange[] = [];
  const leftOut: LeftOut[] = [];
  const selfMarked: FileChange[] = [];
  let room = maxSelfMarked;
  for (const change of changes) {
    const own = marks.get(change) ?? [];
    const before =
      own.find(isOfData) ??
      whatItIs(change, hidden.has(change)) ??
      // The first of the marks that the base had too.
      own.find((mark) => wasMarked(change, mark, base));
    const why = before ?? tooLarge(change) ?? (own[0] && noRoomFor(change, own[0], room));
    if (why) leftOut.push({ path: change.path, reason: why.reason, detail: why.detail, ...weightOf(change) });
    else kept.push(change);
    if (why || own.length === 0) continue;
    room -= estimateTokens(renderChange(change));
    selfMarked.push(change);
  }
  return { changes: kept, leftOut, warnings: selfMarkedWarning(selfMarked) };
}

type AnyMark = Mark | (Why & { readonly on: 'attribute' });

type Marks = {
  readonly marks: ReadonlyMap<FileChange, readonly AnyMark[]>;
  readonly base: ChangeBase;
  /** Texts whose lines a mark of the change hides. */
  readonly hidden: ReadonlySet<FileChange>;
};

async function readMarks(changes: readonly FileChange[], git: Compared | undefined): Promise<Marks> {
  const paths = [...new Set(changes.map(({ path }) => path))];
  const attributes = git ? await attributesNow(git.repository, paths) : diffBase([]).attributes;
  const marks = new Map<FileChange, readonly AnyMark[]>();
  for (const change of changes) marks.set(change, await marksNow(change, attributes, git?.repository));
  if (!git) return { marks, base: diffBase(changes), hidden: new Set() };
  const markedOn = (on: AnyMark['on']) =>
    changes.filter((change) => marks.get(change)?.some((mark) => mark.on === on)).map(nameBefore);
  const folders = [...marks.values()].flat().flatMap((mark) => (mark.on === 'folder' ? [mark.folder] : []));
  const base = await commitBase(git.repository, git.base, {
    attributes: paths.filter((path) => attributes.generated.has(path) || attributes.withoutDiff.has(path)),
    present: [...markedOn('name'), ...folders],
    texts: markedOn('text'),
  });
  const without = changes.filter(
    (change) =>
      change.kind === 'binary' &&
      attributes.withoutDiff.has(change.path) &&
      !base.attributes.withoutDiff.has(change.path) &&
      !marks.get(change)?.some(isOfData),
  );
  return { marks, base, hidden: await textsAmong(without, git) };
}

async function marksNow(
  { path, kind, hunks }: FileChange,
  { generated }: GitAttributes,
  repository: Repository | undefined,
): Promise<AnyMark[]> {
  if (kind === 'binary') return marksOf(path, '').filter(isOfData);
  if (kind !== 'text') return [];
  const file = repository && (await readSource(repository.roots, join(repository.top, path)));
  const own = marksOf(path, file?.ok ? file.text : beginningOf(hunks, 'new'));
  if (!generated.has(path)) return own;
  return [
    { on: 'attribute', reason: 'generated', detail: '.gitattributes says that it is generated' },
    ...own,
  ];
}

/** Such a mark need not have been there before. */
function isOfData(mark: AnyMark): boolean {
  return mark.on === 'name' && mark.isData;
}

function wasMarked(change: FileChange, mark: AnyMark, base: ChangeBase): boolean {
  const name = nameBefore(change);
  switch (mark.on) {
    case 'attribute':
      return base.attributes.generated.has(change.path);
    case 'folder':
      return base.has(mark.folder);
    case 'name':
      return base.has(name) && marksOf(name, '').some(({ on }) => on === 'name');
    case 'text':
      return base.wasMarkedInText(change);
  }
}

function noRoomFor(change: FileChange, { detail }: AnyMark, room: Tokens): Why | undefined {
  if (estimateTokens(renderChange(change)) <= room) return undefined;
  return {
    reason: 'marked-by-change',
    detail: `${detail}, but only since this change, which is too large to be reviewed along; first commit a .gitattributes that marks it linguist-generated`,
  };
}

function selfMarkedWarning(changes: readonly FileChange[]): string[] {
  if (changes.length === 0) return [];
  const names = [...new Set(changes.map(({ path }) => path))];
  return [
    `Reviewed although marked as not written by hand, since only this change marks them so: ${shownNames(names, 10)}.`,
  ];
}

type Why = Pick<LeftOut, 'reason' | 'detail'>;

/** Names of text files: source code, markup, configuration. */
const textNames =
  /\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kts?|swift|[ch]|cc|cpp|hpp|cs|php|sh|bash|zsh|ps1|sql|scala|lua|pl|dart|exs?|hs|vue|svelte|html?|css|json|ya?ml|toml|xml|tf|gradle|md|txt)$/i;

/** `isHidden` tells whether a mark of the change keeps git from showing lines of a text. */
function whatItIs({ path, kind, status, hunks }: FileChange, isHidden: boolean): Why | undefined {
  if (kind === 'binary' && isHidden) {
    const detail = `git shows no lines of it, since this change marks it -diff in .gitattributes: it was ${status}`;
    return { reason: 'unreadable', detail };
  }
  if (kind === 'binary' && textNames.test(path)) {
    const detail = `git shows no lines of it (a NUL byte, UTF-16, or -diff in .gitattributes), though it is named like text: it was ${status}`;
    return { reason: 'unreadable', detail };
  }
  if (kind === 'binary') return { reason: 'binary', detail: `a binary file was ${status}` };
  if (kind === 'submodule')
    return { reason: 'submodule', detail: `a submodule was ${status}: ${pointers(hunks)}` };
  if (kind === 'symlink') return { reason: 'not-a-file', detail: `a link was ${status}` };
  return undefined;
}

function tooLarge(change: FileChange): Why | undefined {
  const tokens = estimateTokens(renderChange(change));
  if (tokens <= largestChange) return undefined;
  return {
    reason: 'too-large',
    detail: `its change alone takes about ${tokens} tokens; the limit is ${largestChange}`,
  };
}

/** `Subproject commit <id>` on both sides, shortened. */
function pointers(hunks: FileChange['hunks']): string {
  const ids = hunks
    .flatMap(({ lines }) => lines)
    .map(({ text }) => text.replace('Subproject commit ', '').slice(0, 12));
  return ids.join(' to ');
}

function weightOf(change: FileChange): { tokens?: Tokens } {
  return change.hunks.length === 0 ? {} : { tokens: estimateTokens(renderChange(change)) };
}
