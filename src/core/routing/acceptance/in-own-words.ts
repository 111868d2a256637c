import type { TaskType } from '../../task.ts';

/** Work whose answers are prose or code: two right answers need not share a single word. */
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
