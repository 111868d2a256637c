import type { Finding } from '../../../core/finding.ts';
import type { ReportWording } from './report-wording.ts';

/** A report that is compared with others. */
export type WordedReport = { readonly finding: Finding; readonly wording: ReportWording };

/**
 * True if two findings at the same place are the same report: the same text, or on the same line the same title or the
 * same specific rule. Only these are joined without a model: defects at one place share most of their words, so words
 * say little.
 */
export function areEqualReports(a: WordedReport, b: WordedReport): boolean {
  const sameTitle = a.wording.titles.some((title) => b.wording.titles.includes(title));
  if (sameTitle && a.wording.explanation === b.wording.explanation) return true;
  if (a.finding.startLine === undefined || a.finding.startLine !== b.finding.startLine) return false;
  return sameTitle || (haveSameRule(a.finding, b.finding) && !nameDifferentThings(a.wording, b.wording));
}

/** True if two findings say the same of the same lines. */
export function areIdenticalReports(a: WordedReport, b: WordedReport): boolean {
  return (
    a.finding.startLine === b.finding.startLine &&
    lastLine(a.finding) === lastLine(b.finding) &&
    a.wording.titles[0] === b.wording.titles[0] &&
    a.wording.explanation === b.wording.explanation
  );
}

function lastLine({ startLine, endLine = startLine }: Finding): number | undefined {
  return endLine;
}

/** A rule of one word, such as `injection`, is a category. */
function haveSameRule(a: Finding, b: Finding): boolean {
  return a.rule !== undefined && a.rule === b.rule && a.rule.includes('-');
}

/** True if each title names code or a number that the other does not: "req.user may be null", "req.body may be null". */
function nameDifferentThings(a: ReportWording, b: ReportWording): boolean {
  return [...a.names].some((name) => !b.names.has(name)) && [...b.names].some((name) => !a.names.has(name));
}
