import type { Finding, FindingCategory } from '../../core/finding.ts';

type Check = { readonly asks: string; readonly categories: readonly FindingCategory[] };

/** What a quick check can look for, with the categories of findings that belong to each check. */
export const checks = {
  syntax: { asks: 'syntax and type errors, code that cannot run', categories: ['correctness'] },
  'obvious-bugs': {
    asks: 'obvious bugs: wrong conditions, missing awaits, null access, off-by-one, ignored errors, leaks',
    categories: ['correctness', 'concurrency', 'error-handling', 'resource-leak', 'validation'],
  },
  'security-basics': {
    asks: 'basic security: injection, secrets, missing checks of access, unsafe defaults',
    categories: ['security', 'validation'],
  },
  performance: { asks: 'work that grows badly with the data', categories: ['performance', 'resource-leak'] },
  tests: { asks: 'behaviour that changed without a test, tests that cannot fail', categories: ['testing'] },
  leftovers: {
    asks: 'debugging output, commented-out code, secrets and to-dos left behind',
    categories: ['maintainability', 'style', 'security', 'documentation'],
  },
} as const satisfies Record<string, Check>;

export type CheckName = keyof typeof checks;

export const checkNames = [
  'syntax',
  'obvious-bugs',
  'security-basics',
  'performance',
  'tests',
  'leftovers',
] as const satisfies readonly CheckName[];

/** Keeps findings that the chosen checks asked for and counts the others. Without checks, keeps everything. */
export function keepChecked(
  issues: readonly Finding[],
  chosen: readonly CheckName[],
): { readonly issues: readonly Finding[]; readonly beyond: number } {
  if (chosen.length === 0) return { issues, beyond: 0 };
  const wanted = new Set<FindingCategory>(chosen.flatMap((name) => checks[name].categories));
  const kept = issues.filter(({ category }) => wanted.has(category) || category === 'other');
  return { issues: kept, beyond: issues.length - kept.length };
}
