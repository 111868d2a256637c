import type { IssueCues } from './issue-cues.ts';

/** Code that is hard to read, test or change. */
export const maintainabilityKinds: IssueCues = {
  naming: [/shadow|rename|naming|misleading name/],
  'magic-value': [/magic (number|string|value)|repeated (literal|string)|named constant|\benum\b/],
  'hard-coded-setting': [/hard-?cod.{0,30}(path|url|host|port|timeout|limit|value|address)|configurable/],
  'too-complex': [/(too|overly) (long|complex|large)|complexity|god (class|object)|does too much/],
  'duplicated-code': [/duplicated? (code|logic)|copy-?pasted|repeated code/],
  'missing-test': [/no tests?|untested|missing tests?|test coverage|hard to test|testab/],
  documentation: [/undocumented|missing (doc|comment)|outdated comment|misleading comment/],
  deprecated: [/deprecat|obsolete/],
  'left-over-debug': [
    /console\.log|debug (print|output|statement)|print statement|\bdbg!|left in|left-?over|\btodo\b|commented.?out/,
  ],
};
