import type { Finding } from '../../core/finding.ts';
import type { FileChange } from '../../files/diff/change.ts';
import type { NamedText } from '../../files/pack.ts';

export type SecretPlace = { readonly path: string; readonly kind: string; readonly line: number };

/** The reporter of findings that need no model. */
const ourselves = { confidence: 1, reportedBy: ['conclave'] } as const;

/** Secrets that a change adds: models see markers instead, so they cannot report them. */
export function secretFindings(places: readonly SecretPlace[]): Finding[] {
  return places.map(({ path, kind, line }) => ({
    file: path,
    startLine: line,
    endLine: line,
    severity: 'critical',
    category: 'security',
    rule: 'committed-secret',
    title: `A secret in the code: ${kind}`,
    explanation:
      'Anyone who can read the repository, including its history, can use it. It was not sent to any model.',
    suggestedFix:
      'Read it from the environment or a secret store, and replace it if it has already been committed.',
    ...ourselves,
  }));
}

/** Files whose names mark them as secret. They are not read here, but everyone who clones the repository could. */
export function exposedFindings(paths: readonly string[]): Finding[] {
  return paths.map((path) => ({
    file: path,
    severity: 'critical',
    category: 'security',
    rule: 'committed-secret',
    title: 'The change contains a file that holds secrets',
    explanation:
      'Files of this name hold secrets; anyone who can read the repository, including its history, can read them.',
    suggestedFix: 'Take it out of git and put its name into .gitignore.',
    ...ourselves,
  }));
}

/** Unresolved merge conflict markers: a beginning and an end in the same file. */
export function conflictFindings(changes: readonly FileChange[], files: readonly NamedText[]): Finding[] {
  const texts = [
    ...changes.map(({ path, hunks }) => ({
      path,
      lines: hunks.flatMap(({ lines }) =>
        lines.flatMap((line) => (line.kind === 'added' ? [{ text: line.text, number: line.newLine }] : [])),
      ),
    })),
    ...files.map(({ path, text }) => ({
      path,
      lines: text.split('\n').map((line, index) => ({ text: line, number: index + 1 })),
    })),
  ];
  return texts.flatMap(({ path, lines }) => {
    const begin = lines.find(({ text }) => /^<{7}(?: |$)/.test(text));
    const end = lines.find(({ text, number }) => begin && number > begin.number && /^>{7}(?: |$)/.test(text));
    return begin && end ? [conflictFinding(path, begin.number, end.number)] : [];
  });
}

function conflictFinding(file: string, startLine: number, endLine: number): Finding {
  return {
    file,
    startLine,
    endLine,
    severity: 'critical',
    category: 'correctness',
    rule: 'merge-conflict',
    title: 'An unresolved merge conflict',
    explanation:
      'The file contains both sides of a merge between conflict markers; neither side wrote it like this.',
    suggestedFix: 'Choose or combine the sides and take the markers out.',
    ...ourselves,
  };
}
