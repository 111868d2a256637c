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

/** What a tool may use. It keeps no state between calls. */
export type ToolContext = {
  readonly principal: Principal;
  readonly surface: Surface;
  readonly signal: AbortSignal;
  /** The folders whose files may be read; empty over HTTP unless the key was granted some. */
  readonly roots: Roots;
  /** The prompts for models, with the user's texts overriding ours. */
  readonly prompts: PromptBook;
  readonly catalogue: Catalogue;
  /** Chooses models for independent opinions. */
  readonly picker: ModelPicker;
  readonly ledger: Pick<LedgerStore, 'costs' | 'show' | 'children' | 'descendants' | 'recent' | 'addOutcome'>;
  readonly threads: ThreadStore;
  /** Only local models may see what this run asks. */
  readonly localOnly: boolean;
  /** Returns the same context, limited to local models. */
  readonly onLocalModels: () => ToolContext;
  /** Whether only local models answer a call that names this model. */
  readonly staysLocal: (name: string) => boolean;
  /** Runs one model call for the caller; `principal`, `surface` and `signal` are filled in. */
  readonly ask: (question: ToolQuestion) => Promise<Answer>;
  /**
   * Whether the model that a question names, or some model if it names none, could serve it within its limits; under a
   * cost limit, one of known price.
   */
  readonly canServe: (expected: ToolExpected) => Promise<boolean>;
  /** Opens a parent row that reserves for several calls; see `reserveOnce`. */
  readonly openParent: (parent: ToolParent) => Promise<Parent>;
  /** Why a model is currently benched; `undefined` if it is not. */
  readonly whyBenched: (model: Model) => string | undefined;
  /** Removes secrets from what a model is to see, except those that the configuration allows. */
  readonly redact: Redact;
  readonly now: () => Ms;
  readonly newId: (kind: 'thread') => string;
  /** The family of the calling model, if known: a second opinion comes from another family. */
  readonly callerFamily?: string;
  /** Receives a warning about an answer that is one of several. */
  readonly warn: (warning: string) => void;
  /** Reports what is happening, for the waiting user. */
  readonly progress: (message: string) => void;
};

export type ToolQuestion = Omit<Question, 'principal' | 'surface' | 'signal'> & {
  readonly signal?: Call['signal'];
};

/** A call that a tool is going to make, as far as it is known beforehand. */
export type ToolExpected = Omit<ExpectedCall, 'call'> & { readonly question: ToolQuestion };

export type ToolParent = {
  readonly tool: string;
  readonly task?: TaskType;
  /** The id of the call that all this is done for, if it has ended before. */
  readonly serves?: string | undefined;
  readonly expected: readonly ToolExpected[];
};

/** The result of a tool: a short readable text, and the same as data. */
export type ToolResult<T> = { readonly text: string; readonly data: T };

/** A tool is an MCP tool, a CLI command and a library method in one description. */
export type Tool<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  /** True if the tool calls no provider and changes nothing. */
  readonly readOnly: boolean;
  /** True if the tool can delete something irrecoverably. Default: false. */
  readonly destructive?: boolean;
  /** True if the tool calls model providers outside this machine. */
  readonly openWorld: boolean;
  run(input: z.output<Input>, context: ToolContext): Promise<ToolResult<z.output<Output>>>;
};

/** Infers a tool's schema types, so that they need not be repeated. */
export function defineTool<Input extends z.ZodType, Output extends z.ZodType>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> {
  return tool;
}
