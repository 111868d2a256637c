import type { Message } from '../wire/content.ts';
import type { ModelRequest } from '../wire/request.ts';
import { lastUserText, type UserText } from '../user-text/last-user-text.ts';
import type { TaskType } from '../task.ts';
import type { Ms } from '../units.ts';

/** What a request shows of its purpose without anybody being asked. */
export type RequestClues = {
  /** What the user said last. */
  readonly prompt: string;
  /** A short system prompt: in traffic of programs it says what is to be done, and the user's words are the material. */
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

/** Collects the clues of a request. Of the messages what the user said last counts: what came before was classified then. Whoever has found that already passes it on. */
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

/** Whoever brings more tools has a system prompt about them: it says how to work, and not what for. */
const mostTools = 2;
/** So does who writes more than that. */
const longestInstruction = 4_000;

/** The system prompt where it may say what is to be done with whatever the user says. */
function instructionOf(messages: readonly Message[], tools: number): string | undefined {
  const first = messages[0];
  if (first?.role !== 'system' || tools > mostTools) return undefined;
  let text = '';
  for (const part of first.content)
    if (part.type === 'text') text = text === '' ? part.text : `${text}\n${part.text}`;
  return text === '' || text.length > longestInstruction ? undefined : text;
}
