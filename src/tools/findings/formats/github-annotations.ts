import type { Finding } from '../../../core/finding.ts';

/** Formats findings as workflow commands, which GitHub Actions shows as annotations on the changed lines. */
export function githubAnnotations(findings: readonly Finding[]): string {
  return findings.map(annotation).join('\n');
}

function annotation({
  file,
  startLine,
  endLine,
  severity,
  title,
  explanation,
  suggestedFix,
  otherTitles = [],
}: Finding): string {
  const properties = [
    ['file', file],
    ['line', startLine],
    ['endLine', endLine],
    ['title', title],
  ] as const;
  const given = properties.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`],
  );
  const message = [
    explanation,
    ...(suggestedFix === undefined ? [] : [`Suggested fix: ${suggestedFix}`]),
    ...(otherTitles.length === 0 ? [] : [`Also reported as: ${otherTitles.join('; ')}`]),
  ].join('\n\n');
  return `::${commands[severity]} ${given.join(',')}::${escapeData(message)}`;
}

const commands = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
  info: 'notice',
} as const;

/** A line break would end the command and start another one, and the text comes from a model. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
