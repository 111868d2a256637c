import { appendAll } from '../../core/lists/append-all.ts';
import { redactLines, type Redact, type Redaction } from '../secrets.ts';
import type { DiffLine, FileChange, Hunk } from './change.ts';

export type RedactedIn = Redaction & {
  readonly path: string;
  /** True if the secret is in a line that the change adds. */
  readonly added: boolean;
};

/** Replaces secrets in changed and unchanged lines; lines and line numbers stay the same. */
export async function redactChanges(
  changes: readonly FileChange[],
  redact?: Redact,
): Promise<{ changes: readonly FileChange[]; redactions: readonly RedactedIn[] }> {
  const redactions: RedactedIn[] = [];
  const redacted: FileChange[] = [];
  for (const change of changes) {
    const hunks: Hunk[] = [];
    for (const hunk of change.hunks) {
      const { lines, redactions: found } = await redactLines(
        hunk.lines.map(({ text }) => text),
        redact,
      );
      hunks.push(found.length === 0 ? hunk : withTexts(hunk, lines));
      appendAll(
        redactions,
        found.map(({ kind, line }) => ({
          path: change.path,
          kind,
          line: lineIn(hunk, line),
          added: hunk.lines[line - 1]?.kind === 'added',
        })),
      );
    }
    redacted.push({ ...change, hunks });
  }
  return { changes: redacted, redactions };
}

function withTexts(hunk: Hunk, texts: readonly string[]): Hunk {
  return { ...hunk, lines: hunk.lines.map((line, at) => withText(line, texts[at] ?? '')) };
}

function withText(line: DiffLine, text: string): DiffLine {
  return { ...line, text };
}

/** The number in the file of the n-th line of a hunk. */
function lineIn(hunk: Hunk, nth: number): number {
  const line = hunk.lines[nth - 1];
  if (line === undefined) return hunk.newStart;
  return line.kind === 'removed' ? line.oldLine : line.newLine;
}
