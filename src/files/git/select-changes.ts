import { join } from 'node:path';
import type { Tokens } from '../../core/units.ts';
import { estimateTokens } from '../../core/estimate-tokens.ts';
import type { LeftOut } from '../left-out.ts';
import { notByHand } from '../not-by-hand.ts';
import { readSource } from '../read-file.ts';
import type { FileChange } from './change.ts';
import type { Repository } from './open-repository.ts';
import { renderChange } from './render-diff.ts';
import { gitText, zeroSeparated } from './run-git.ts';

export type Selected = { readonly changes: readonly FileChange[]; readonly leftOut: readonly LeftOut[] };

/** A larger change to a single file is data, not code; a smaller one is reviewed in parts. */
const largestChange: Tokens = 500_000;

/**
 * Keeps the changes that a reviewer can judge; everything else is listed with a reason. Without a repository (a diff
 * given as text) only file names and the diff itself are checked.
 */
export async function selectChanges(
  changes: readonly FileChange[],
  repository?: Repository,
): Promise<Selected> {
  const marked = repository ? await markedGenerated(repository, changes) : new Set<string>();
  const kept: FileChange[] = [];
  const leftOut: LeftOut[] = [];
  for (const change of changes) {
    const why = whatItIs(change) ?? (await whoWroteIt(change, marked, repository)) ?? tooLarge(change);
    if (why) leftOut.push({ path: change.path, ...why, ...weightOf(change) });
    else kept.push(change);
  }
  return { changes: kept, leftOut };
}

type Why = Pick<LeftOut, 'reason' | 'detail'>;

/** Names of text files: source code, markup, configuration. */
const textNames =
  /\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kts?|swift|[ch]|cc|cpp|hpp|cs|php|sh|bash|zsh|ps1|sql|scala|lua|pl|dart|exs?|hs|vue|svelte|html?|css|json|ya?ml|toml|xml|tf|gradle|md|txt)$/i;

function whatItIs({ path, kind, status, hunks }: FileChange): Why | undefined {
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

async function whoWroteIt(
  { path, hunks }: FileChange,
  marked: ReadonlySet<string>,
  repository: Repository | undefined,
): Promise<Why | undefined> {
  if (marked.has(path)) return { reason: 'generated', detail: '.gitattributes says that it is generated' };
  const file = repository && (await readSource(repository.roots, join(repository.top, path)));
  return notByHand(path, file?.ok ? file.text : beginningOf(hunks));
}

/** The first lines of the new file, if the diff contains them. */
function beginningOf(hunks: FileChange['hunks']): string {
  const first = hunks[0];
  if (first === undefined || first.newStart > 1) return '';
  return first.lines.flatMap((line) => (line.kind === 'removed' ? [] : [line.text])).join('\n');
}

function tooLarge(change: FileChange): Why | undefined {
  const tokens = estimateTokens(renderChange(change));
  if (tokens <= largestChange) return undefined;
  return {
    reason: 'too-large',
    detail: `its change alone takes about ${tokens} tokens; the limit is ${largestChange}`,
  };
}

async function markedGenerated(repository: Repository, changes: readonly FileChange[]): Promise<Set<string>> {
  const marked = new Set<string>();
  const paths = changes.map(({ path }) => path);
  // Argument lists have a length limit, so the names are passed in batches.
  for (let at = 0; at < paths.length; at += 200) {
    const portion = paths.slice(at, at + 200);
    const git = { ...repository.git, cwd: repository.top };
    const output = await gitText(['check-attr', '-z', 'linguist-generated', '--', ...portion], git);
    const fields = zeroSeparated(output);
    for (let field = 0; field + 2 < fields.length; field += 3) {
      const value = fields[field + 2];
      if (value === 'set' || value === 'true') marked.add(fields[field] ?? '');
    }
  }
  return marked;
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
