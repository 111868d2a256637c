/** One line of code. In a diff, added lines are judged, and unchanged lines are only context. */
export type CodeLine = {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly judged: boolean;
};

/**
 * Finds the code in a prompt: unified diffs, `<file path="…">` blocks, fenced blocks, and files after a line that names
 * them. Code without any of these is not found.
 */
export function codeLinesIn(prompt: string): CodeLine[] {
  const lines = prompt.split('\n');
  const isDiff = lines.some((line) => /^@@ -\d+(?:,\d+)? \+\d+/.test(line) || line.startsWith('+++ '));
  return isDiff ? diffLines(lines) : blockLines(lines);
}

/** Patterns run over every line, and a minified file must not slow them down. */
function clipped(text: string): string {
  return text.length > 400 ? text.slice(0, 400) : text;
}

function diffLines(lines: readonly string[]): CodeLine[] {
  const found: CodeLine[] = [];
  let file = '';
  let number = 0;
  let inHunk = false;
  for (const line of lines) {
    const header = /^\+\+\+ (?:b\/)?([^\t]+?)(?:\t.*)?\s*$/.exec(line);
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(line);
    if (header || /^(?:diff --git|index |--- )/.test(line)) {
      file = header?.[1] ?? file;
      inHunk = false;
    } else if (hunk) {
      number = Number(hunk[1]);
      inHunk = true;
    } else if (inHunk && numberedLine.test(line)) {
      const [, at, sign, text = ''] = numberedLine.exec(line) ?? [];
      if (sign !== '-') found.push({ file, line: Number(at), text: clipped(text), judged: sign === '+' });
    } else if (line.startsWith('+') && (inHunk || file !== '')) {
      if (!inHunk) number += 1;
      found.push({ file, line: Math.max(1, number), text: clipped(line.slice(1)), judged: true });
      if (inHunk) number += 1;
    } else if (inHunk && line.startsWith(' ')) {
      found.push({ file, line: number, text: clipped(line.slice(1)), judged: false });
      number += 1;
    } else if (inHunk && !line.startsWith('-') && !line.startsWith('\\')) {
      inHunk = line === '';
    }
  }
  return found;
}

/** Some tools put the line number before the sign, so that models need not count. */
const numberedLine = /^ *(\d+) ([+ -])(.*)$/;

type Block = { readonly file: string; readonly end: RegExp };

function blockLines(lines: readonly string[]): CodeLine[] {
  const found: CodeLine[] = [];
  let block: Block | undefined;
  let number = 0;
  for (const [index, line] of lines.entries()) {
    if (block?.end.test(line)) {
      block = undefined;
      continue;
    }
    const opened = block && block.end !== nextHeading ? undefined : openingOf(lines, index);
    if (opened) {
      block = opened;
      number = 0;
      continue;
    }
    if (!block) continue;
    const numbered = /^\s*(\d+)\s?[|:│→\t] ?(.*)$/.exec(line);
    number = numbered ? Number(numbered[1]) : number + 1;
    found.push({ file: block.file, line: number, text: clipped(numbered?.[2] ?? line), judged: true });
  }
  return found;
}

const nextHeading = /^={3,}\s*(?:end|$)/i;

function openingOf(lines: readonly string[], index: number): Block | undefined {
  const line = lines[index] ?? '';
  const tag = /^\s*<(?:file|document|source|code)\b[^>]*?(?:path|name|file)="([^"]+)"[^>]*>\s*$/.exec(line);
  if (tag?.[1]) return { file: tag[1], end: /^\s*<\/(?:file|document|source|code)\b[^>]*>/ };
  const fence = /^\s*(?:```|~~~)\s*([\w+#.-]*)\s*(?:(?:title|file|path)=)?"?([\w./@-]+\.\w+)?"?\s*$/.exec(
    line,
  );
  if (fence)
    return {
      file: fence[2] ?? nameAbove(lines, index) ?? `snippet.${fence[1] || 'txt'}`,
      end: /^\s*(?:```|~~~)\s*$/,
    };
  const heading =
    /^(?:={3,}|-{3,}|#{1,4} |File:|\/\/ File:)\s*`?([\w./@-]+\.\w{1,5})`?\s*(?:={3,}|-{3,})?\s*$/i.exec(line);
  return heading?.[1] ? { file: heading[1], end: nextHeading } : undefined;
}

/** The path that the line before a fence names, if any. */
function nameAbove(lines: readonly string[], index: number): string | undefined {
  const above = lines.slice(Math.max(0, index - 2), index).findLast((line) => line.trim() !== '');
  return above === undefined ? undefined : /`?([\w./@-]+\.[a-z]{1,5})`?:?\s*$/.exec(above)?.[1];
}

/** Code pasted without markers: the lines that look like code, if there are enough of them. */
export function looseCodeIn(prompt: string): CodeLine[] {
  const lines = prompt.split('\n');
  const looksLikeCode =
    /[;{}]\s*$|^\s*(?:def|class|if|for|while|return|import|from|func|fn|const|let|var|public|private|async)\b|\w\(.*\)|\s=\s|:=/;
  const file = `snippet.${endingOf(prompt)}`;
  const found = lines.flatMap((text, index) =>
    looksLikeCode.test(text) ? [{ file, line: index + 1, text: clipped(text), judged: true }] : [],
  );
  return found.length >= 2 ? found : [];
}

function endingOf(code: string): string {
  if (/^\s*def \w+\(.*:\s*$|^\s*(?:elif|except)\b/m.test(code)) return 'py';
  if (/^\s*func \w*.*\{\s*$|:=/m.test(code)) return 'go';
  if (/\bpublic (?:static |class |void )|System\.out/.test(code)) return 'java';
  return /\bfn \w+\(.*->|let mut /.test(code) ? 'rs' : 'ts';
}
