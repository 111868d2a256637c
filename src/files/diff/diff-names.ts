import { readQuotedName } from './quoted-name.ts';

/** The header lines of one file in a diff, unparsed. */
export type DiffHeader = {
  /** The rest of the `diff --git ` line: both names. */
  git?: string;
  from?: string;
  to?: string;
  readonly extended: Map<string, string>;
  binary: boolean;
  readonly combined: boolean;
};

export type DiffNames = {
  readonly path: string;
  readonly oldPath?: string;
  readonly added: boolean;
  readonly deleted: boolean;
};

/** Returns a file's names before and after, from whichever header lines are present. */
export function namesOf(header: DiffHeader): DiffNames {
  const { extended } = header;
  const from = header.from === undefined ? undefined : readName(header.from);
  const to = header.to === undefined ? undefined : readName(header.to);
  const added = extended.has('new file mode') || from === '/dev/null';
  const deleted = extended.has('deleted file mode') || to === '/dev/null';

  // These lines carry names without a prefix.
  const movedFrom = extended.get('rename from') ?? extended.get('copy from');
  const movedTo = extended.get('rename to') ?? extended.get('copy to');
  if (movedFrom !== undefined && movedTo !== undefined) {
    return { path: readName(movedTo), oldPath: readName(movedFrom), added, deleted };
  }
  const pair = withoutPrefixes(from, to) ?? fromGitLine(header.git ?? '');
  const path = deleted ? pair.old : pair.new;
  const renamed = !added && !deleted && pair.old !== pair.new;
  return renamed ? { path, oldPath: pair.old, added, deleted } : { path, added, deleted };
}

type Pair = { readonly old: string; readonly new: string };

/** Strips git's one-letter prefixes: `a/x` and `b/x` are both `x`. Equal names have no prefix. */
function withoutPrefixes(from: string | undefined, to: string | undefined): Pair | undefined {
  if (from === undefined || to === undefined) return undefined;
  if (from === '/dev/null') return { old: from, new: to.replace(prefix, '') };
  if (to === '/dev/null') return { old: from.replace(prefix, ''), new: to };
  if (from === to || !prefix.test(from) || !prefix.test(to)) return { old: from, new: to };
  return { old: from.replace(prefix, ''), new: to.replace(prefix, '') };
}

const prefix = /^[abciow12]\//;

/** Without `---` and `+++` lines (a mode or binary change, an empty file), both halves name the same file. */
function fromGitLine(line: string): Pair {
  const quoted = readQuotedName(line);
  if (quoted) {
    const name = quoted.name.replace(prefix, '');
    return { old: name, new: name };
  }
  const half = line.slice(0, (line.length - 1) / 2);
  const other = line.slice(half.length + 1);
  if (half.replace(prefix, '') === other.replace(prefix, '')) {
    const name = half === other ? half : half.replace(prefix, '');
    return { old: name, new: name };
  }
  const parts = / [abciow12]\//.exec(line);
  const name = parts ? line.slice(parts.index + parts[0].length) : line;
  return { old: name, new: name };
}

/** Reads a name from a header line: unquoted, or up to the tab that follows names with spaces and precedes dates. */
function readName(text: string): string {
  const quoted = readQuotedName(text);
  if (quoted) return quoted.name;
  return text.split('\t')[0] ?? text;
}
