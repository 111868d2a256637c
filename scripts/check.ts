import { spawnSync } from 'node:child_process';

/** Runs all checks except the tests, fastest failure first, then reports. */
const checks = [
  ['format', 'oxfmt', '--check', '.'],
  ['lint', 'oxlint', '--deny-warnings'],
  ['types', 'tsc', '--noEmit'],
  // Only the build also requires that declarations can be emitted.
  ['build', 'node', 'scripts/build.ts'],
  ['generated files', 'node', 'scripts/generate.ts', '--check'],
  ['import table', 'node', '--test', '--test-reporter=dot', 'test/repository/import-table.test.ts'],
  ['dead code', 'knip'],
] as const;

const failed = checks.filter(([name, command, ...args]) => {
  console.log(`\n== ${name}`);
  return spawnSync(command, args, { stdio: 'inherit' }).status !== 0;
});
console.log(
  failed.length === 0 ? '\nall checks passed' : `\nfailed: ${failed.map(([name]) => name).join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
