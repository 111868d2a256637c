import type { CodeLine } from './code-lines.ts';
import { correctnessDetectors } from './correctness-detectors.ts';
import { languageOf, type Detector } from './detector.ts';
import { habitDetectors } from './habit-detectors.ts';
import { runtimeDetectors } from './runtime-detectors.ts';
import { securityDetectors } from './security-detectors.ts';

export const detectors: readonly Detector[] = [
  ...securityDetectors,
  ...correctnessDetectors,
  ...runtimeDetectors,
  ...habitDetectors,
];

/** A real defect, as far as patterns can tell. */
export type Defect = { readonly detector: Detector; readonly at: CodeLine };

/** Returns every defect on the judged lines, in order: what a perfect reviewer would report. */
export function findDefects(lines: readonly CodeLine[]): Defect[] {
  return lines.flatMap((at, index) =>
    at.judged && at.text.trim() !== ''
      ? detectors.filter((detector) => matches(detector, lines, index)).map((detector) => ({ detector, at }))
      : [],
  );
}

function matches(detector: Detector, lines: readonly CodeLine[], index: number): boolean {
  const at = lines[index];
  if (!at || !detector.pattern.test(at.text) || detector.unless?.test(at.text)) return false;
  if (detector.languages && !detector.languages.includes(languageOf(at.file))) return false;
  if (isComment(at.text) && !commentsCount.has(detector.id)) return false;
  const near = (pattern: RegExp, from: number, to: number): boolean =>
    lines
      .slice(Math.max(0, from), to)
      .some((other) => other !== at && other.file === at.file && pattern.test(other.text));
  if (detector.after && !near(detector.after[0], index - detector.after[1], index)) return false;
  if (!detector.absent) return true;
  const [pattern, distance] = detector.absent;
  return !near(pattern, index - distance, index + distance + 1);
}

const commentsCount: ReadonlySet<string> = new Set([
  'todo',
  'commented-code',
  'type-escape',
  'hard-coded-secret',
]);

function isComment(text: string): boolean {
  return /^\s*(?:\/\/|#(?!!|\[)|\*|\/\*|--\s)/.test(text);
}
