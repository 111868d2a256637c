/**
 * Paths where a mistake costs most, as `.gitignore` would name them: who gets in, what is paid, what is kept. Default
 * of `critical_paths`.
 */
export const defaultCriticalPaths: readonly string[] = [
  // Who gets in.
  '*auth*',
  '*login*',
  '*session*',
  '*password*',
  '*permission*',
  '*crypt*',
  '*token*',
  // What is paid.
  '*payment*',
  '*billing*',
  '*invoice*',
  '*checkout*',
  '*refund*',
  // What is kept.
  'migrations/',
  '*.sql',
  '*schema*',
  'data/',
  'db/',
  'database/',
  'storage/',
];
