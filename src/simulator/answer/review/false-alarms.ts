import type { Category, Severity } from './detector.ts';

/** A harmless pattern that a careless reviewer reports. */
export type FalseAlarm = {
  readonly id: string;
  readonly pattern: RegExp;
  readonly category: Category;
  readonly severity: Severity;
  readonly titles: readonly [string, ...string[]];
  readonly why: readonly [string, ...string[]];
  readonly fix: readonly [string, ...string[]];
};

export const falseAlarms: readonly FalseAlarm[] = [
  {
    id: 'imagined-injection',
    pattern: /["'`][^"'`]{3,}["'`]\s*\)|\b(?:render|send|respond|write)\w*\(/,
    category: 'security',
    severity: 'high',
    titles: ['Possible injection', 'Unvalidated data may be used here', 'Untrusted input'],
    why: ['The value might come from a user.', 'It is not shown that this was validated.'],
    fix: ['Validate the value first.', 'Escape it.'],
  },
  {
    id: 'imagined-null',
    pattern: /\w+\.\w+\.\w+|\w+\[\w+\]/,
    category: 'correctness',
    severity: 'medium',
    titles: ['Value may be undefined', 'Potential null access', 'Missing guard'],
    why: ['If the value is missing, this throws.', 'No guard is visible on this line.'],
    fix: ['Add a guard.', 'Use optional access.'],
  },
  {
    id: 'imagined-race',
    pattern: /\bthis\.\w+\s*=|self\.\w+\s*=|\bmap\.|cache/i,
    category: 'concurrency',
    severity: 'high',
    titles: ['Possible race condition', 'State is changed without a lock', 'Not safe for concurrent use'],
    why: ['Two callers could arrive at once.', 'Nothing serialises access.'],
    fix: ['Add a lock.', 'Make the update atomic.'],
  },
  {
    id: 'imagined-leak',
    pattern: /\bnew \w+\(|addEventListener|\.on\(|setInterval/,
    category: 'resources',
    severity: 'medium',
    titles: ['Possible memory leak', 'Object may never be released', 'Cleanup is not visible'],
    why: ['No cleanup is to be seen.', 'It could stay reachable for ever.'],
    fix: ['Release it when done.', 'Add a cleanup path.'],
  },
  {
    id: 'imagined-slowness',
    pattern: /\.(?:map|filter|reduce|forEach|sort|includes)\(|\bfor\b/,
    category: 'performance',
    severity: 'low',
    titles: ['Could be slow for large inputs', 'Inefficient iteration', 'Unneeded pass over the data'],
    why: ['With many elements this may take long.', 'The data is traversed more often than needed.'],
    fix: ['Combine the passes.', 'Use a set or a map.'],
  },
  {
    id: 'imagined-api',
    pattern: /\bimport\b|\brequire\(|\buse \w+::|\w+\.\w+\([^)]*\)/,
    category: 'correctness',
    severity: 'medium',
    titles: ['This API is deprecated', 'No such option in the current version', 'Signature has changed'],
    why: [
      'The current release expects other arguments.',
      'The documentation names another function for this.',
    ],
    fix: ['Use the replacement.', 'Check the version in use.'],
  },
  {
    id: 'imagined-error-handling',
    pattern: /\bawait\b|\breturn \w+\(|:=/,
    category: 'error-handling',
    severity: 'low',
    titles: ['Errors are not handled', 'Missing error handling', 'Failure path is unclear'],
    why: ['A failure here is passed on as it is.', 'The caller gets a raw error.'],
    fix: ['Wrap it and add context.', 'Catch and handle it.'],
  },
  {
    id: 'imagined-naming',
    pattern: /\b(?:const|let|var|def|func|fn|int|String)\s+[a-z]{1,3}\b/,
    category: 'maintainability',
    severity: 'low',
    titles: ['Unclear name', 'Name says too little', 'Consider a longer name'],
    why: ['The name does not tell what it holds.', 'A reader must look for its meaning.'],
    fix: ['Rename it.', 'Use a whole word.'],
  },
];
