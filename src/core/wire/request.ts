import type { CacheHint, DialectId, Message } from './content.ts';
import type { JsonObject, JsonValue } from '../json/json.ts';
import type { Tokens } from '../units.ts';

/** A tool that the client offers to the model. `inputSchema` is JSON Schema. */
export type ToolDefinition = {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: JsonObject;
  readonly strict?: boolean;
  /** The tools up to here are worth caching. */
  readonly cache?: CacheHint;
  /** How its client declared it, where that is no function of this name. Whoever answers the client calls it so. */
  readonly declared?: DeclaredTool;
};

/** A tool of OpenAI's whose calls are written otherwise than a function's. */
export type DeclaredTool = {
  /**
   * `custom`: its calls carry a text, which the model is told to write as the one member of `freeformSchema`.
   * `legacy-function`: of the time before tools; an answer has one call of such, without an id.
   */
  readonly type: 'function' | 'custom' | 'legacy-function';
  readonly name: string;
  readonly namespace?: string;
  /** Of a `custom` one: in its client's words, without the grammar. */
  readonly description?: string;
  /** Of a `custom` one: what the text of its calls must follow. */
  readonly grammar?: Grammar;
};

/** A formal language, in the words of `syntax` (`lark`, `regex`). */
export type Grammar = { readonly syntax: string; readonly definition: string };

export type ToolChoice =
  | { readonly type: 'auto' }
  | { readonly type: 'none' }
  | { readonly type: 'required' }
  | { readonly type: 'tool'; readonly name: string };

export type OutputFormat =
  | { readonly type: 'json' }
  | {
      readonly type: 'json-schema';
      readonly name?: string;
      readonly description?: string;
      readonly schema: JsonObject;
      readonly strict?: boolean;
    };

/** How hard the model shall think. */
export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export type Reasoning = {
  readonly effort?: ReasoningEffort;
  readonly budgetTokens?: Tokens;
  /** Wants readable thoughts or a summary of them in the reply. */
  readonly visible?: boolean;
};

/** Asks for vectors of the texts of a request's messages, in the place of an answer. */
export type EmbeddingWish = {
  /** Default: the model's own. */
  readonly dimensions?: number;
  /** How the client wants the numbers: as such, or as base64 of little-endian 32-bit floats. */
  readonly encoding?: 'float' | 'base64';
};

/**
 * How badly a field of one dialect is needed where another has no word for it: `required` filters the candidates,
 * `pinning` allows the origin only, `hint` crosses with a warning.
 */
export type FieldClass = 'required' | 'pinning' | 'hint';

/** A field that `ModelRequest` has no name for. Same dialect: sent as it came. Another: treated by its class. */
export type ExtraField = {
  readonly name: string;
  readonly fieldClass: FieldClass;
  readonly value: JsonValue;
  /** The id of an answer, a piece of one, a conversation or a container that its provider keeps, where the field names such. */
  readonly keptId?: string;
  /** The model is told in words of what its provider is not asked to hold. */
  readonly inWords?: true;
  /** The request itself says the same, so other dialects need no word for the field. */
  readonly isRead?: true;
  /** Its provider keeps the answer because of this field, and later calls may name it by its id. */
  readonly keepsAnswer?: true;
  /**
   * Names of other models of the provider's own that the field lets answer or advise (Anthropic's `fallbacks`, its advisor
   * tool); `any`: whichever the provider likes.
   */
  readonly furtherModels?: readonly string[] | 'any';
};

/** A request to a model in no provider's own words. Optional members absent: the provider's default. */
export type ModelRequest = {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly stream: boolean;
  /** The client wants the usage at the end of its stream (OpenAI's `include_usage`). Default: as its dialect does. */
  readonly includeUsage?: boolean;
  readonly tools?: readonly ToolDefinition[];
  readonly toolChoice?: ToolChoice;
  readonly parallelTools?: boolean;
  readonly output?: OutputFormat;
  readonly reasoning?: Reasoning;
  readonly maxOutputTokens?: Tokens;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  /** The end user's id, for the provider's abuse checks. */
  readonly user?: string;
  /** The client's own name for the session that the conversation belongs to: letters, digits, `_` and `-`, at most 64. */
  readonly session?: string;
  readonly embedding?: EmbeddingWish;
  /** The dialect that `extras` belong to; absent for requests made inside Conclave. */
  readonly origin?: DialectId;
  readonly extras?: readonly ExtraField[];
};
