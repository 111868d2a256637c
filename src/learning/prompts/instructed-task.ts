import { rememberLatest } from '../../core/memories/remember-latest.ts';
import type { TaskType } from '../../core/task.ts';

/** The likeliest kind of work; `task` is absent if it is not likely enough. */
export type LikeliestTask = {
  readonly task: TaskType | undefined;
  readonly confidence: number;
  /** How likely it is one of the tasks for which a wrong guess is expensive. */
  readonly dear: number;
};

const maxRemembered = 1_000;
/** How much of a system prompt is examined, half from each end: what to do and how to answer are stated there. */
const lookedAt = 768;

/** Guesses the tasks of system prompts. Programs send the same few repeatedly, so each is examined once. */
export function instructedTask(
  guess: (instruction: string) => LikeliestTask,
): (instruction: string) => LikeliestTask {
  const known = new Map<string, LikeliestTask>();
  return (instruction) => {
    const text = edges(instruction);
    const before = known.get(text);
    if (before) return before;
    const guessed = guess(text);
    rememberLatest(known, text, guessed, maxRemembered);
    return guessed;
  };
}

function edges(text: string): string {
  const half = lookedAt / 2;
  return text.length <= lookedAt ? text : `${text.slice(0, half)}\n${text.slice(-half)}`;
}

/** Kinds of work in which everything the user sends is material, whatever its topic. */
const ofMaterial: ReadonlySet<TaskType> = new Set([
  'classification',
  'extraction',
  'formatting',
  'summarisation',
  'translation',
]);

/**
 * Tasks for which a mistake is expensive. Experts in them are also asked other things, so only the user's words select
 * these tasks.
 */
const dear: ReadonlySet<TaskType> = new Set(['architecture', 'debugging', 'security-review']);

/** Decides a call's task from the user's prompt and the system prompt. */
export function decidedTask(ofPrompt: LikeliestTask, instruction: LikeliestTask | undefined): LikeliestTask {
  const instructed = instruction?.task;
  if (instruction === undefined || instructed === undefined) return ofPrompt;
  if (ofMaterial.has(instructed)) return instruction;
  return ofPrompt.task === undefined && !dear.has(instructed) ? instruction : ofPrompt;
}

/**
 * Decides a call's task from the whole prompt and possible requests that are separate from their material. The most
 * certain one is taken as the request: the material's topic is not the task. The request counts if it clearly is to
 * work on the material. A task for which a mistake is expensive needs enough likelihood on the average of both: neither
 * a text about a crash nor a word like "plan" above a recipe suffices.
 */
export function asRequested(
  ofPrompt: LikeliestTask,
  requests: readonly LikeliestTask[],
  leastDear: number,
): LikeliestTask {
  let [request] = requests;
  if (request === undefined) return ofPrompt;
  for (const other of requests) if (other.confidence > request.confidence) request = other;
  if (isOf(ofMaterial, request)) return request;
  const dearOne = isOf(dear, request) ? request : ofPrompt;
  if (!isOf(dear, dearOne)) return ofPrompt;
  const confidence = (ofPrompt.dear + request.dear) / 2;
  if (dearOne === ofPrompt && saysWhat(request)) return request;
  if (confidence >= leastDear) return { ...dearOne, confidence };
  const other = dearOne === request ? ofPrompt : request;
  return isOf(dear, other) ? { ...ofPrompt, task: undefined } : other;
}

/** Work on code that its request alone names; to convert code or to extract parts of it is other work than on prose. */
const ofCode: ReadonlySet<TaskType> = new Set([
  'architecture',
  'code-review',
  'debugging',
  'documentation',
  'refactoring',
  'security-review',
  'test-writing',
]);

/**
 * Decides a call's task from the whole prompt and a request that is separate from its code. A request that names work on
 * code counts: the code's topic is not the task. `namesFlaw` decides if it names no work, but a flaw of security.
 */
export function asRequestedOfCode(
  ofPrompt: LikeliestTask,
  request: LikeliestTask,
  { namesFlaw, leastDear }: { readonly namesFlaw: boolean; readonly leastDear: number },
): LikeliestTask {
  if (isOf(ofCode, request)) return request;
  if (!namesFlaw || saysWhat(request) || ofPrompt.task === 'security-review') return ofPrompt;
  return { task: 'security-review', confidence: leastDear, dear: leastDear };
}

/** Whether a request names a task. A chat-like request does not: "why?" above a crash report is no small talk. */
function saysWhat({ task }: LikeliestTask): boolean {
  return task !== undefined && task !== 'chat';
}

function isOf(kinds: ReadonlySet<TaskType>, { task }: LikeliestTask): boolean {
  return task !== undefined && kinds.has(task);
}
