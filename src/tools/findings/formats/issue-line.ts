import { placeOf, type Finding } from '../../../core/finding.ts';

/** Formats a finding as one line for people and models. */
export function issueLine(issue: Finding): string {
  const { severity, title, explanation, suggestedFix, reportedBy, otherTitles = [] } = issue;
  const detail = explanation === title ? '' : ` — ${explanation}`;
  const fix = suggestedFix === undefined ? '' : ` Fix: ${suggestedFix}`;
  const also = otherTitles.length > 0 ? ` Also reported as: ${otherTitles.join('; ')}.` : '';
  const by = reportedBy.length > 1 ? ` (${reportedBy.join(', ')})` : '';
  return `- [${severity}] ${placeOf(issue)} ${title}${detail}${fix}${also}${by}`;
}
