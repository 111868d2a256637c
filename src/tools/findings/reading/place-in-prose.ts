/** A file and its lines, and the characters that name them, with the marks around them. */
export type ProsePlace = {
  readonly file: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly written: string;
};

/**
 * Returns the first place that a text names: `src/a.ts:12`, `src/a.ts:12-14`, `src/a.ts#L12`, `src/a.ts, line 12` or
 * `src/a.ts (lines 12-14)`. Each run of letters is read once, whether it is a path or not.
 */
export function placeInProse(text: string): ProsePlace | undefined {
  for (const { 0: run, index } of text.matchAll(/[\w.@/-]+/g)) {
    const file = pathAtEnd(run);
    if (file === undefined) continue;
    const end = index + run.length;
    linesAfter.lastIndex = end;
    const [after, first, last = first] = linesAfter.exec(text) ?? [];
    if (after === undefined) continue;
    const written = text.slice(startOfMarks(text, end - file.length), end + after.length);
    return { file, startLine: Number(first), endLine: Number(last), written };
  }
  return undefined;
}

const linesAfter =
  /[`*"]*(?:[:#]\s*L?|,?\s*\(?(?:at\s+)?lines?\s+)(\d+)(?:\s*(?:[-–]|to)\s*L?(\d+))?[`*)"]*/y;

/** Returns the relative path with which a run ends. */
function pathAtEnd(run: string): string | undefined {
  const path = run.slice(run.lastIndexOf('//') + 1).replace(/^\//, '');
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /.\.[A-Za-z]\w{0,9}$/.test(name) ? path : undefined;
}

function startOfMarks(text: string, from: number): number {
  let start = from;
  while (start > 0 && '`*("'.includes(text.charAt(start - 1))) start -= 1;
  return start;
}
