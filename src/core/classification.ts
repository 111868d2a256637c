import type { ContentPart } from './content.ts';
import type { ModelRequest } from './request.ts';
import type { TaskType } from './task.ts';
import type { Ms } from './units.ts';

/** What a request shows of its purpose without anybody being asked. */
export type RequestClues = {
  /** What the user said last. */
  readonly prompt: string;
  /** The MCP tool that asks. */
  readonly tool?: string;
  readonly images: boolean;
  readonly documents: boolean;
  /** The answer must be JSON. */
  readonly schema: boolean;
  /** The model may call tools. */
  readonly tools: boolean;
};

/** A guess at a request's purpose. */
export type Classification = {
  /** Absent where no kind of work is likely enough: the call is then treated as ordinary work. */
  readonly task?: TaskType;
  /** P(task), 0 to 1; of the likeliest where none is likely enough. */
  readonly confidence: number;
  /** 0 (nearly every model can do it) to 1 (hardly any can). */
  readonly difficulty: number;
  /** The prompt as the router saw it: enough to learn from, too little to read it. */
  readonly features: { readonly version: number; readonly bytes: Uint8Array };
};

/** Quick (some 20 µs), without a model call. `undefined` where there are no weights that can be used. */
export type Classify = (clues: RequestClues) => Classification | undefined;

/** What a model said of a prompt's purpose. */
export type TaskGuess = Pick<Classification, 'task'> & { readonly difficulty?: number };

/** Asks a small model what a prompt is for. */
export type ModelClassifier = {
  /** An id, an alias or a virtual model. */
  readonly model: string;
  /** Also where the words alone are sure. */
  readonly always: boolean;
  /** After that the words' guess has to do. */
  readonly timeoutMs: Ms;
  question(clues: RequestClues): Pick<ModelRequest, 'messages' | 'maxOutputTokens'>;
  /** What the reply says; `undefined` where it names no task. */
  read(text: string): TaskGuess | undefined;
};

/** Collects the clues of a request. Only the last user message counts: what came before was classified then. */
export function cluesOf(request: ModelRequest, tool?: string): RequestClues {
  const last = request.messages.findLast(({ role, content }) => role === 'user' && content.some(isSaid));
  let prompt: string | undefined;
  let images = false;
  let documents = false;
  for (const part of last?.content ?? []) {
    if (part.type === 'text') prompt = prompt === undefined ? part.text : `${prompt}\n${part.text}`;
    else if (part.type === 'image') images = true;
    else if (part.type === 'document') documents = true;
  }
  const schema = request.output !== undefined;
  const tools = (request.tools?.length ?? 0) > 0;
  return { prompt: prompt ?? '', ...(tool && { tool }), images, documents, schema, tools };
}

/** Tool results travel as a user's message, and say nothing of what the user wants. */
function isSaid({ type }: ContentPart): boolean {
  return type === 'text' || type === 'image' || type === 'document';
}
