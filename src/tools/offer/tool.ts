import type { z } from 'zod';
import type { Call, Principal, Surface } from '../../core/call.ts';
import type { Catalogue } from '../../core/catalogue.ts';
import type { Model } from '../../core/model.ts';
import type { LedgerStore } from '../../core/stores/stores.ts';
import type { ThreadStore } from '../../core/stores/thread.ts';
import type { Ms } from '../../core/units.ts';
import type { TaskType } from '../../core/task.ts';
import type { Answer, Question } from '../../engine/ask.ts';
import type { ExpectedCall, Parent } from '../../engine/open-parent.ts';
import type { Roots } from '../../files/roots.ts';
import type { Redact } from '../../files/secrets.ts';
import type { PromptBook } from '../../prompts/prompt-book.ts';
import type { ModelPicker } from './model-picker.ts';

/** What a tool may use. It keeps no state of its own between calls. */
export type ToolContext = {
  readonly principal: Principal;
  readonly surface: Surface;
  readonly signal: AbortSignal;
  /** The folders whose files may be read; none over HTTP unless the key was granted some. */
  readonly roots: Roots;
  /** What models are told, with the user's own texts in the place of ours. */
  readonly prompts: PromptBook;
  readonly catalogue: Catalogue;
  /** What models are chosen from where independence counts. */
  readonly shelf: ModelPicker;
  readonly ledger: Pick<LedgerStore, 'costs' | 'show' | 'children' | 'recent' | 'addOutcome'>;
  readonly threads: ThreadStore;
  /** Runs one model call on the caller's account; `principal`, `surface` and `signal` are filled in. */
  readonly ask: (question: ToolQuestion) => Promise<Answer>;
  /** Opens a row over several calls that reserves for all of them; see `reserveOnce`. */
  readonly openParent: (parent: ToolParent) => Promise<Parent>;
  /** Why a model would now be asked last; `undefined` where it would not. */
  readonly whyBenched: (model: Model) => string | undefined;
  /** Takes secrets out of what a model is to see, but for those that the configuration allows. */
  readonly redact: Redact;
  readonly now: () => Ms;
  readonly newId: (kind: 'thread') => string;
  /** Who trained the model that is calling, where that can be told: a second opinion comes from another family. */
  readonly callerFamily?: string;
  /** Takes what the caller should know of an answer that is one of several. */
  readonly warn: (warning: string) => void;
  /** Says what is going on; shown to whoever waits. */
  readonly progress: (message: string) => void;
};

export type ToolQuestion = Omit<Question, 'principal' | 'surface' | 'signal'> & {
  readonly signal?: Call['signal'];
};

export type ToolParent = {
  readonly tool: string;
  readonly task?: TaskType;
  readonly expected: readonly (Omit<ExpectedCall, 'call'> & { readonly question: ToolQuestion })[];
};

/** What a tool gives back: a short readable text, and the same as data. */
export type ToolResult<T> = { readonly text: string; readonly data: T };

/** One MCP tool, CLI command and library method in one description. */
export type Tool<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  /** Calls no provider and changes nothing. */
  readonly readOnly: boolean;
  /** Can delete what cannot be had back. Default: no. */
  readonly destructive?: boolean;
  /** Talks to model providers outside this machine. */
  readonly openWorld: boolean;
  run(input: z.output<Input>, context: ToolContext): Promise<ToolResult<z.output<Output>>>;
};

/** Names the schema types of a tool once, where it is written. */
export function defineTool<Input extends z.ZodType, Output extends z.ZodType>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> {
  return tool;
}
