import { isAtLeast, type Finding, type Severity } from '../../core/finding.ts';

export type Filtered = {
  readonly issues: readonly Finding[];
  /** How many were too mild, so that the answer can say so. */
  readonly hidden: number;
};

/** Enforces a severity filter on what came back: what a model was asked to leave out, it may still report. */
export function filterBySeverity(findings: readonly Finding[], floor: Severity | undefined): Filtered {
  if (floor === undefined) return { issues: findings, hidden: 0 };
  const issues = findings.filter(({ severity }) => isAtLeast(severity, floor));
  return { issues, hidden: findings.length - issues.length };
}
