/**
 * Paths where a mistake costs most, as `.gitignore` patterns: access, payments, stored data. The default of
 * `critical_paths`.
 */
export const defaultCriticalPaths: readonly string[] = [
  // Access.
  '*auth*',
  '*login*',
  '*session*',
  '*password*',
  '*permission*',
  '*crypt*',
  '*token*',
  // Payments.
  '*payment*',
  '*billing*',
  '*invoice*',
  '*checkout*',
  '*refund*',
  // Stored data.
  'migrations/',
  '*.sql',
  '*schema*',
  'data/',
  'db/',
  'database/',
  'storage/',
];
