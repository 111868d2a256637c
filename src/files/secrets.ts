import { once } from '../core/memories/once.ts';
import { secretPatterns } from './secret-patterns.ts';

/** A piece of text that was replaced by a marker before it could leave the machine. */
export type Redaction = { readonly kind: string; readonly line: number };

export type Redacted = { readonly text: string; readonly redactions: readonly Redaction[] };

/** Removes secrets from a text before it leaves the machine. */
export type Redact = (text: string) => Promise<Redacted>;

/**
 * Returns a redactor that lets through secrets that fully match one of the user's patterns: test keys, examples in
 * documentation.
 */
export function redactAllBut(allowed: readonly string[]): Redact {
  const patterns = allowed.map((pattern) => new RegExp(`^(?:${pattern})$`));
  return (text) => redactSecrets(text, (secret) => patterns.some((pattern) => pattern.test(secret)));
}

/**
 * Replaces every secret with `[redacted: kind]`. The number of lines stays the same, so that findings keep their line
 * numbers. Comments in the text cannot switch this off, because the text is untrusted.
 */
export async function redactSecrets(
  text: string,
  isAllowed: (secret: string) => boolean = () => false,
): Promise<Redacted> {
  const all = joinOverlaps([...(await fromSecretlint(text)), ...fromPatterns(text)]);
  const found = all.filter(({ start, end }) => !isAllowed(text.slice(start, end)));
  if (found.length === 0) return { text, redactions: [] };
  let redacted = '';
  let position = 0;
  let line = 1;
  const redactions: Redaction[] = [];
  for (const { start, end, kind } of found) {
    const before = text.slice(position, start);
    line += lineBreaks(before);
    redactions.push({ kind, line });
    const lost = lineBreaks(text.slice(start, end));
    redacted += `${before}[redacted: ${kind}]${'\n'.repeat(lost)}`;
    line += lost;
    position = end;
  }
  return { text: redacted + text.slice(position), redactions };
}

/** Redacts lines that are sent separately (the lines of a diff) but may contain one secret together. */
export async function redactLines(
  lines: readonly string[],
  redact: Redact = redactSecrets,
): Promise<{ readonly lines: readonly string[]; readonly redactions: readonly Redaction[] }> {
  const { text, redactions } = await redact(lines.join('\n'));
  return { lines: redactions.length === 0 ? lines : text.split('\n'), redactions };
}

type Found = { readonly start: number; readonly end: number; readonly kind: string };

function fromPatterns(text: string): Found[] {
  return secretPatterns.flatMap(({ kind, pattern, isSecret }) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const secret = match.groups?.['secret'] ?? match[0];
      if (isSecret && !isSecret(secret)) return [];
      const start = match.index + match[0].indexOf(secret);
      return [{ start, end: start + secret.length, kind }];
    }),
  );
}

async function fromSecretlint(text: string): Promise<Found[]> {
  const { lintSource, rules } = await secretlint();
  const { messages } = await lintSource({
    source: { filePath: 'text', content: text, ext: '', contentType: 'text' },
    options: { config: { rules }, noPhysicFilePath: true },
  });
  return messages.map(({ range, ruleId }) => ({
    start: range[0],
    end: range[1],
    kind: ruleId.replace(/^.*secretlint-rule-/, '').replaceAll('-', ' '),
  }));
}

const secretlint = once(async () => {
  const [{ lintSource }, { rules }, { secretLintProfiler }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
    import('@secretlint/profiler'),
  ]);
  // Enabled by default, it keeps several hundred performance entries per text for the life of the process.
  secretLintProfiler.setEnabled(false);
  const scanners = rules.filter((rule) => !rule.meta.id.endsWith('-filter-comments'));
  return { lintSource, rules: scanners.map((rule) => ({ id: rule.meta.id, rule })) };
});

/** Sorted, with overlapping matches merged under the kind of the first. */
function joinOverlaps(found: readonly Found[]): Found[] {
  const joined: Found[] = [];
  for (const next of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = joined.at(-1);
    if (last === undefined || next.start >= last.end) joined.push(next);
    else if (next.end > last.end) joined[joined.length - 1] = { ...last, end: next.end };
  }
  return joined;
}

function lineBreaks(text: string): number {
  return text.split('\n').length - 1;
}
