import { rememberLatest } from '../../core/memories/remember-latest.ts';
import type { TaskType } from '../../core/task.ts';

/** The likeliest kind of work; `task` is absent where it is not likely enough. */
export type LikeliestTask = {
  readonly task: TaskType | undefined;
  readonly confidence: number;
  /** How likely it is that it is one of those where a wrong guess is dear. */
  readonly dear: number;
};

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
 * The same of what may be a request apart from its material, of which the surest is taken for it: what the material speaks of is
 * not what is asked. The request counts where it surely is to work on the material. The whole is dear where that is likely
 * enough on the average of both: neither a text about a crash nor a word like "plan" above a recipe makes it so.
 */
export function asRequested(
  said: LikeliestTask,
  requests: readonly LikeliestTask[],
  leastDear: number,
): LikeliestTask {
  const [request] = requests.toSorted((one, other) => other.confidence - one.confidence);
  if (request === undefined) return said;
  if (isOf(ofMaterial, request)) return request;
  const dearOne = [request, said].find((one) => isOf(dear, one));
  if (dearOne === undefined) return said;
  const confidence = (said.dear + request.dear) / 2;
  if (dearOne === said && saysWhat(request)) return request;
  if (confidence >= leastDear) return { ...dearOne, confidence };
  const other = dearOne === request ? said : request;
  return isOf(dear, other) ? { ...said, task: undefined } : other;
}

/** Talk says nothing of what it is about: "why?" above a report of a crash is no small talk. */
function saysWhat({ task }: LikeliestTask): boolean {
  return task !== undefined && task !== 'chat';
}

function isOf(kinds: ReadonlySet<TaskType>, { task }: LikeliestTask): boolean {
  return task !== undefined && kinds.has(task);
}
