import { hash } from 'node:crypto';
import type { DialectId, ThoughtField } from './wire/content.ts';
import type { Model } from './model.ts';
import type { Price } from './money/price.ts';
import type { LLMProvider } from './wire/llm-provider.ts';
import type { ReasoningEffort } from './wire/request.ts';
import type { Tokens } from './units.ts';

/** How a provider wants its credential. */
export type AuthScheme = 'bearer' | 'x-api-key' | 'x-goog-api-key' | 'api-key' | 'aws-sigv4' | 'none';

/** Habits in which sellers of one dialect differ. Absent: as the dialect's inventor does it. */
export type Quirks = {
  /** Request member for the output limit (OpenAI chat). Default `max_completion_tokens`. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  /** Request member for the end user's id (OpenAI chat). Default `user`. */
  readonly userField?: 'user' | 'user_id';
  /** Role that carries system prompts (OpenAI chat), whichever the client wrote. Default: the client's own, else `system`. */
  readonly systemRole?: 'system' | 'developer';
  /**
   * `false`: its models take one system message, at the start, so all others are joined to that one (OpenAI chat, Ollama).
   * Default: as is known of the model.
   */
  readonly systemTurns?: boolean;
  /** A relayed message that is text alone must be a string (OpenAI chat). Default `false`: it may be a list of parts. */
  readonly plainContent?: boolean;
  /** Member of a message that carries readable reasoning back. Default: the one in which the model told its own. */
  readonly reasoningField?: ThoughtField;
  /**
   * It refuses an assistant's tool calls without the thought that led to them (DeepSeek, Moonshot, Xiaomi): where nobody
   * has that thought, a blank one is sent. Default `false`.
   */
  readonly demandsThoughts?: boolean;
  /** Member of `usage` that counts cached prompt tokens, where it is not OpenAI's own (Moonshot). */
  readonly cachedTokensField?: 'cached_tokens' | 'num_cached_tokens';
  /**
   * Where its `usage` says what it charged: OpenRouter's and Perplexity's dollars, xAI's ticks. That is then what is booked.
   * Default: it is worked out from the price.
   */
  readonly tellsCost?: 'cost' | 'cost.total_cost' | 'cost_in_usd_ticks';
  /** `false`: `stream_options.include_usage` is refused, so it is not sent. Default `true`. */
  readonly streamUsage?: boolean;
  /** How a JSON schema may be asked for. Default `json-schema`. */
  readonly schemaMode?: 'json-schema' | 'json-object' | 'none';
  /** Request members that the seller refuses; they are left out with a warning. */
  readonly refuses?: readonly string[];
  /** The same of single models, by patterns of their names; the first match counts. */
  readonly modelRefuses?: Readonly<Record<string, readonly string[]>>;
  /** The types of images that it takes (OpenAI's dialects); others are refused before they are sent. Default: any. */
  readonly imageTypes?: readonly string[];
  /** The most stop sequences that it takes (OpenAI chat). Default: any number. */
  readonly mostStopSequences?: number;
  /** The most tools that a request may offer. A request with more goes to another provider. Default: any number. */
  readonly mostTools?: number;
  /** The members that its messages may have beside `role` (OpenAI chat); it refuses others. Default: any. */
  readonly messageMembers?: readonly string[];
  /**
   * How it is told to continue an assistant's message at the end of a conversation (OpenAI chat): by this member of the
   * message (Mistral, Moonshot), or not at all (DeepSeek). Default: without a word.
   */
  readonly continues?: 'prefix' | 'partial' | 'never';
  /** Content parts and tools may carry `cache_control` (OpenAI chat). Default `false`: the seller caches on its own. */
  readonly cacheControl?: boolean;
  /** Tool-call ids must be this many letters and digits (Mistral: 9). Default: up to 40, `_` and `-` too. */
  readonly toolCallIdLength?: number;
  /** The efforts that the seller knows; others go to the nearest. */
  readonly reasoningEfforts?: readonly ReasoningEffort[];
  /**
   * The same for single models, by patterns of their names; the first match counts and precedes the list for all. Empty:
   * the model takes no word for effort. Only `none`: it thinks as hard as it likes, or not at all.
   */
  readonly modelEfforts?: Readonly<Record<string, readonly ReasoningEffort[]>>;
  /** Member that keeps a model from thinking, where that is not the effort `none` (OpenAI chat). */
  readonly thinkingSwitch?: 'thinking' | 'enable_thinking';
  /**
   * `false`: `tool_choice: "required"` or a named tool is refused; sent as `auto` with a warning. `without-thinking`: it is
   * refused while the model thinks (DeepSeek, Moonshot; OpenAI chat), which `thinkingSwitch` then ends.
   */
  readonly forcedToolChoice?: boolean | 'without-thinking';
  /** The beta features (`anthropic-beta`, `openai-beta`) that it takes, as patterns. Default: all. */
  readonly betas?: readonly string[];
  /**
   * OpenRouter's `reasoning` object is refused, so it is told as `reasoning_effort` (OpenAI chat). Default: it is relayed, since
   * gateways know it, and most servers overlook what they do not know.
   */
  readonly refusesReasoningObject?: boolean;
  /** It takes a thinking budget in tokens, as `reasoning.max_tokens` (OpenRouter; OpenAI chat). Default: told as an effort. */
  readonly reasoningBudget?: boolean;
  /** It chooses among sellers itself and takes a client's wishes for them (OpenRouter's `provider`): they are passed on. */
  readonly choosesSellers?: boolean;
  /**
   * Its replies break clients of the dialect's inventor (Mistral: thoughts as lists in `content`, streamed calls without
   * an index): they are read and written anew instead of relayed. Default `false`.
   */
  readonly rewritesReplies?: boolean;
  /**
   * It takes the line about itself with which Claude Code begins its system prompt (Anthropic). Default `false`: it is left
   * out.
   */
  readonly takesAttribution?: boolean;
  /** It takes `prompt_cache_key` (OpenAI chat) and is told the client's session in it. Default `false`. */
  readonly promptCacheKey?: boolean;
  /** It takes `functions` of the time before tools as they are (OpenAI, Azure). Default `false`: it is told them as tools. */
  readonly legacyFunctions?: boolean;
  /** Extra request members sent with every call. */
  readonly extraBody?: Readonly<Record<string, string | number | boolean>>;
  /** Path of the completion call below the base URL, where it is not the dialect's own. */
  readonly path?: string;
  /** `max_tokens` to send where the dialect requires one and neither the client nor the catalogue says (Anthropic). */
  readonly defaultMaxTokens?: Tokens;
};

/** Who sells models, as data. */
export type Provider = {
  /** The prefix of its models' ids. */
  readonly id: string;
  readonly name: string;
  /** The dialects it speaks, preferred first. A client's own is taken where it is among them. */
  readonly dialects: readonly DialectEndpoint[];
  readonly auth: AuthScheme;
  /** Environment variables that may hold its key, first match wins. */
  readonly keyVariables: readonly string[];
  /**
   * The variables are also, or mainly, keys to other things (`GITHUB_TOKEN`): good for a provider that config names,
   * not enough to take its presence in the environment for a wish to use it.
   */
  readonly keyIsShared?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly quirks: Quirks;
  /** There is no key of ours for it; callers bring their own. */
  readonly needsCallerKey?: boolean;
  /** Runs on the user's own machine. */
  readonly local: boolean;
  /** Looked for on this machine without being asked. */
  readonly probed?: true;
  /** An environment variable that may say where it listens. */
  readonly hostVariable?: string;
  /** A path below the first base URL that lists models for free, for `doctor` and discovery. */
  readonly modelsPath?: string;
  /** A path of its host that tells of one model what it holds and can do, asked by its name (Ollama). */
  readonly showPath?: string;
  /** Where people get a key. */
  readonly keyUrl?: string;
};

export type DialectEndpoint = {
  readonly dialect: DialectId;
  /**
   * Without a trailing slash. OpenAI-like ones end in `/v1`, Google's in `/v1beta`, others are bare. A built-in one may
   * hold `{VARIABLE}`s, which `fillBaseUrl` fills before a deployment is made.
   */
  readonly baseUrl: string;
  /** Default: the provider's own. */
  readonly auth?: AuthScheme;
  /** Serves its dialect worse than the first endpoint does after translation: taken where that has no word. */
  readonly secondary?: true;
};

/** One model at one base URL with one credential: what load balancing chooses among. */
export type Deployment = {
  /** Stable across restarts; contains no secret. */
  readonly id: string;
  readonly provider: Provider;
  readonly endpoints: readonly DialectEndpoint[];
  readonly credential?: Credential;
  readonly headers?: Readonly<Record<string, string>>;
  readonly weight: number;
  readonly limits?: { readonly rpm?: number; readonly tpm?: number; readonly concurrency?: number };
  readonly region?: string;
  /** Where this place charges otherwise than the model's own seller. */
  readonly price?: Price;
  /** The caller's own key pays: this is nobody's budget, and its failures are about that key alone. */
  readonly payer?: 'caller';
  /** Set where requests are signed for AWS. */
  readonly aws?: AwsAccess;
  readonly simulated: boolean;
  /** Set where a library user's own object answers instead of a server. */
  readonly custom?: LLMProvider;
};

/** What was given of an AWS credential; for what is missing AWS's own chain is asked. */
export type AwsAccess = {
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: Secret;
  readonly sessionToken?: Secret;
};

/** Never printed: `toString` and `toJSON` of a secret say that it is one. */
export type Credential = { readonly secret: Secret; readonly label: string };

/** A string that does not leave by accident. */
export class Secret {
  readonly #value: string;
  #fingerprint: string | undefined;
  constructor(value: string) {
    this.#value = value;
  }
  /** The same for equal secrets, and nothing of them: for telling credentials apart. */
  get fingerprint(): string {
    return (this.#fingerprint ??= hash('sha256', this.#value, 'hex').slice(0, 16));
  }
  /** The value itself; only for the header of a request to its configured origin. */
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return '[secret]';
  }
  toJSON(): string {
    return '[secret]';
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}

/** A model and a deployment that can answer for it. */
export type Candidate = { readonly model: Model; readonly deployment: Deployment };
