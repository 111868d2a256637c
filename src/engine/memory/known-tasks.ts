import type { TaskGuess } from '../../core/routing/request/classification.ts';

/** Tasks that small models assigned to prompts; the least recently used entry is dropped first. */
export type KnownTasks = Map<string, TaskGuess>;
