import { isAtLeast, type Finding, type Severity } from '../../core/finding.ts';

export type Filtered = {
  readonly issues: readonly Finding[];
  /** How many were below the floor, so that the answer can report it. */
  readonly hidden: number;
};

/** Filters returned findings by severity: a model may report what it was told to leave out. */
export function filterBySeverity(findings: readonly Finding[], floor: Severity | undefined): Filtered {
  if (floor === undefined) return { issues: findings, hidden: 0 };
  const issues = findings.filter(({ severity }) => isAtLeast(severity, floor));
  return { issues, hidden: findings.length - issues.length };
}
