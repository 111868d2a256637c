import type { TaskType } from '../task.ts';

/** Work whose answers are prose or code: two that are right need not have a word in common. */
export const inOwnWords: ReadonlySet<TaskType> = new Set([
  'architecture',
  'code-generation',
  'code-review',
  'creative',
  'debugging',
  'documentation',
  'refactoring',
  'security-review',
  'summarisation',
  'test-writing',
  'translation',
]);
