import type { BillingTerm } from '../money/billing-terms.ts';
import type { CacheHint, DialectId, Message } from './content.ts';
import type { JsonObject, JsonValue } from '../json/json.ts';
import type { Tokens } from '../units.ts';

/** A tool that the client offers to the model. `inputSchema` is JSON Schema. */
export type ToolDefinition = {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: JsonObject;
  readonly strict?: boolean;
  /** The tools up to this one are worth caching. */
  readonly cache?: CacheHint;
  /** How the client declared it, if not as a function of this name. Replies to the client use this form. */
  readonly declared?: DeclaredTool;
};

/** An OpenAI tool whose calls are not written as a function's. */
export type DeclaredTool = {
  /**
   * `custom`: its calls carry a text, which the model is asked to write as the only member of `freeformSchema`.
   * `legacy-function`: the deprecated `functions`; an answer has one such call, without an id.
   */
  readonly type: 'function' | 'custom' | 'legacy-function';
  readonly name: string;
  readonly namespace?: string;
  /** For `custom`: the client's description, without the grammar. */
  readonly description?: string;
  /** For `custom`: the grammar that the text of its calls must follow. */
  readonly grammar?: Grammar;
};

/** A grammar, written in `syntax` (`lark`, `regex`). */
export type Grammar = { readonly syntax: string; readonly definition: string };

export type ToolChoice =
  | { readonly type: 'auto' }
  | { readonly type: 'none' }
  | { readonly type: 'required' }
  | { readonly type: 'tool'; readonly name: string };

export type OutputFormat = { readonly type: 'json' } | JsonSchemaFormat;

export type JsonSchemaFormat = {
  readonly type: 'json-schema';
  readonly name?: string;
  readonly description?: string;
  readonly schema: JsonObject;
  readonly strict?: boolean;
};

/** How much the model should think. */
export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export type Reasoning = {
  readonly effort?: ReasoningEffort;
  readonly budgetTokens?: Tokens;
  /** The client wants readable thoughts, or a summary of them, in the reply. */
  readonly visible?: boolean;
  /** One of our tools set the effort. Its caller asked for none, so nothing is lost if a model does not support it. */
  readonly isOurs?: true;
};

/** Asks for embeddings of the texts in a request's messages instead of an answer. */
export type EmbeddingWish = {
  /** Default: the model's own. */
  readonly dimensions?: number;
  /** The format of the vectors: numbers, or base64 of little-endian 32-bit floats. */
  readonly encoding?: 'float' | 'base64';
  /** The tokens of each text, if the client sent these. The texts are then only the numbers of the tokens. */
  readonly tokens?: readonly JsonValue[];
};

/**
 * What happens to a field that the provider's dialect cannot express: `required` filters the candidates, `pinning`
 * allows the origin only, `hint` is dropped with a warning.
 */
export type FieldClass = 'required' | 'pinning' | 'hint';

/**
 * A field that `ModelRequest` has no member for. Sent unchanged to providers of the same dialect; for others, treated
 * by its class.
 */
export type ExtraField = {
  readonly name: string;
  readonly fieldClass: FieldClass;
  readonly value: JsonValue;
  /**
   * The id of an answer, a piece of one, a conversation or a container that the provider stores, if the field refers to
   * one.
   */
  readonly keptId?: string;
  /** The prompt tells the model in words what the provider is not asked to enforce. */
  readonly inWords?: true;
  /** The request's own members already express the field, so other dialects need not carry it. */
  readonly isRead?: true;
  /** The dialects that express the field from the request's own parts; others cannot express it. */
  readonly writtenBy?: readonly DialectId[];
  /** Some providers of other dialects are sent what it asks for; which ones shows when the request is written. */
  readonly crosses?: true;
  /** The provider stores the answer because of this field, and later calls may refer to it by its id. */
  readonly keepsAnswer?: true;
  /**
   * Names of the provider's other models that the field lets answer or advise (Anthropic's `fallbacks`, its advisor
   * tool); `any`: whichever the provider chooses.
   */
  readonly furtherModels?: readonly string[] | 'any';
  /** The longest answer that the field allows one of these models, if it sets limits of their own. */
  readonly furtherAnswer?: Tokens;
  /**
   * Because of this field, a provider shortens a prompt that its model's window does not hold: one that does so as the
   * dialect's inventor, or only a router such as OpenRouter. It leaves out what the window does not hold (`cut`), old
   * results of tools and thoughts whatever is left (`clear`), or has a model summarise it, which is billed too.
   */
  readonly shortens?: { readonly by: 'dialect' | 'router'; readonly how: 'cut' | 'clear' | 'summary' };
  /** What the field may have billed in addition to tokens: the tools that its provider runs. */
  readonly billedApart?: readonly BillingTerm[];
  /** The billing terms that the field asks for, if they are out of the ordinary. */
  readonly terms?: readonly BillingTerm[];
  /** How many answers the field asks for at once. */
  readonly answers?: number;
  /** The most tokens that the field may have billed as output without being part of the answer. */
  readonly predictedTokens?: Tokens;
};

/** A provider-neutral request to a model. Absent optional members: the provider's default. */
export type ModelRequest = {
  readonly model: string;
  readonly messages: readonly Message[];
  /**
   * Earlier messages, for which `messages` has a summary. Only a relay sends them, and its provider drops them: they
   * count for nothing. Guardrails check them.
   */
  readonly summarized?: readonly Message[];
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
  /** The client's id of the session that the conversation belongs to: letters, digits, `_` and `-`, at most 64. */
  readonly session?: string;
  /** The client's name for conversations that begin alike (OpenAI's `prompt_cache_key`): any text. */
  readonly cacheKey?: string;
  /**
   * The client wants its prompt cached and leaves to the provider where (OpenAI's `prompt_cache_key`). The fields that
   * say so are among the extras.
   */
  readonly promptCache?: CacheHint;
  readonly embedding?: EmbeddingWish;
  /**
   * `text`: the client accepts text only, `speech`: it wants spoken answers, `images`: drawn ones, perhaps beside text.
   * Default: a model that speaks or draws by default may do so.
   */
  readonly answersIn?: 'text' | 'speech' | 'images' | 'text-and-images';
  /** What reading the request has changed, for callers whose request is translated. A relay sends it as it came. */
  readonly readWarnings?: readonly string[];
  /** The dialect that `extras` belong to; absent for requests made inside Conclave. */
  readonly origin?: DialectId;
  readonly extras?: readonly ExtraField[];
};
