import { rememberLatest } from '../../core/memories/remember-latest.ts';
import type { TaskType } from '../../core/task.ts';

/** The likeliest kind of work; `task` is absent where it is not likely enough. */
export type LikeliestTask = { readonly task: TaskType | undefined; readonly confidence: number };

const mostRemembered = 1_000;
/** As much of a system prompt as is looked at, half from either end: what to do stands there, and how to answer. */
const lookedAt = 768;

/** What system prompts are for; programs send the same few over and over, so each is looked at once. */
export function instructedTask(
  guess: (instruction: string) => LikeliestTask,
): (instruction: string) => LikeliestTask {
  const known = new Map<string, LikeliestTask>();
  return (instruction) => {
    const text = edges(instruction);
    const before = known.get(text);
    if (before) return before;
    const guessed = guess(text);
    rememberLatest(known, text, guessed, mostRemembered);
    return guessed;
  };
}

function edges(text: string): string {
  const half = lookedAt / 2;
  return text.length <= lookedAt ? text : `${text.slice(0, half)}\n${text.slice(-half)}`;
}

/** Kinds of work in which all that a user says is material, whatever it speaks of. */
const ofMaterial: ReadonlySet<TaskType> = new Set([
  'classification',
  'extraction',
  'formatting',
  'summarisation',
  'translation',
]);

/** An expert in them is also asked for other things: only the user's words say when a mistake is dear. */
const dear: ReadonlySet<TaskType> = new Set(['architecture', 'debugging', 'security-review']);

/** What a call is for, from what the user said and from the system prompt above it. */
export function weighed(said: LikeliestTask, instruction: LikeliestTask | undefined): LikeliestTask {
  const told = instruction?.task;
  if (instruction === undefined || told === undefined) return said;
  if (ofMaterial.has(told)) return instruction;
  return said.task === undefined && !dear.has(told) ? instruction : said;
}

/**
 * The same of a request that stands apart from its material: where it surely is to work on that, whatever the material
 * speaks of is not what is asked. Looked at only where the whole was taken for something else.
 */
export function asRequested(said: LikeliestTask, requestOf: () => LikeliestTask | undefined): LikeliestTask {
  if (said.task !== undefined && ofMaterial.has(said.task)) return said;
  const request = requestOf();
  return request?.task !== undefined && ofMaterial.has(request.task) ? request : said;
}
