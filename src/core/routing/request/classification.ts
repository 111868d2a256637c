import type { Message } from '../../wire/content.ts';
import type { ModelRequest } from '../../wire/request.ts';
import { lastUserText, type UserText } from '../../user-text/last-user-text.ts';
import type { TaskType } from '../../task.ts';
import type { Ms } from '../../units.ts';

/** What a request shows about its purpose without a model call. */
export type RequestClues = {
  /** The user's last text. */
  readonly prompt: string;
  /** A short system prompt: programs put the task there, and the user's text is the material. */
  readonly instruction?: string;
  /** The MCP tool that asks. */
  readonly tool?: string;
  readonly images: boolean;
  readonly documents: boolean;
  /** The answer must be JSON. */
  readonly schema: boolean;
  /** The model may call tools. */
  readonly tools: boolean;
};

/** A guess about a request's purpose. */
export type Classification = {
  /** Absent if no task is likely enough: the call is then treated as ordinary work. */
  readonly task?: TaskType;
  /** P(task), 0 to 1; that of the likeliest task if none is likely enough. */
  readonly confidence: number;
  /** 0 (nearly every model can do it) to 1 (hardly any can). */
  readonly difficulty: number;
  /** Features of the prompt: enough for the router to learn from, too little to read the prompt. */
  readonly features: { readonly version: number; readonly bytes: Uint8Array };
};

/** Fast (about 20 µs), without a model call. Returns `undefined` if there are no usable weights. */
export type Classify = (clues: RequestClues) => Classification | undefined;

/** A model's guess about a prompt's purpose. */
export type TaskGuess = Pick<Classification, 'task'> & { readonly difficulty?: number };

/** Asks a small model what a prompt is for. */
export type ModelClassifier = {
  /** An id, an alias or a virtual model. */
  readonly model: string;
  /** Ask even if the local classifier is sure. */
  readonly always: boolean;
  /** After that the local classifier's guess is used. */
  readonly timeoutMs: Ms;
  question(clues: RequestClues): Pick<ModelRequest, 'messages' | 'maxOutputTokens'>;
  /** Reads the reply; `undefined` if it names no task. */
  read(text: string): TaskGuess | undefined;
};

/**
 * Collects the clues of a request. Of the messages, the user's last text counts: earlier text was classified before. A
 * caller that has already found that text passes it.
 */
export function cluesOf(
  { messages, output, tools = [] }: ModelRequest,
  tool?: string,
  { text, images, documents }: UserText = lastUserText(messages),
): RequestClues {
  const instruction = instructionOf(messages, tools.length);
  return {
    prompt: text,
    ...(instruction !== undefined && { instruction }),
    ...(tool && { tool }),
    images,
    documents,
    schema: output !== undefined,
    tools: tools.length > 0,
  };
}

/** A request with more tools than this has a system prompt about them: it says how to work, not what the task is. */
const maxTools = 2;
/** A longer system prompt does not state the task either. */
const longestInstruction = 4_000;

/** The system prompt, if it may state the task for the user's text. */
function instructionOf(messages: readonly Message[], tools: number): string | undefined {
  const first = messages[0];
  if (first?.role !== 'system' || tools > maxTools) return undefined;
  let text = '';
  for (const part of first.content)
    if (part.type === 'text') text = text === '' ? part.text : `${text}\n${part.text}`;
  return text === '' || text.length > longestInstruction ? undefined : text;
}
