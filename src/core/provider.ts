import type { JsonObject } from './json/json.ts';
import type { RateFactor } from './money/billing-terms.ts';
import type { StandingTerm } from './money/standing-terms.ts';
import type { DialectId, ThoughtField } from './wire/content.ts';
import type { ReasoningEffort } from './wire/request.ts';
import type { Tokens } from './units.ts';

/** How a provider expects its credential. */
export type AuthScheme = 'bearer' | 'x-api-key' | 'x-goog-api-key' | 'api-key' | 'aws-sigv4' | 'none';

/** Differences between providers of one dialect. Absent: as the dialect's inventor does it. */
export type Quirks = {
  /** Request member for the output limit (OpenAI chat). Default `max_completion_tokens`. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  /** Request member for the end user's id (OpenAI chat). Default `user`. */
  readonly userField?: 'user' | 'user_id';
  /** Member that carries the seed (OpenAI chat). Default `seed`. */
  readonly seedField?: 'seed' | 'random_seed';
  /** Role of system prompts (OpenAI chat), whichever the client used. Default: the client's own, else `system`. */
  readonly systemRole?: 'system' | 'developer';
  /**
   * `false`: its models accept one system message, at the start, so all others are joined to it (OpenAI chat, Ollama).
   * Default: depends on the model.
   */
  readonly systemTurns?: boolean;
  /**
   * `false`: its models reject a user message directly after a tool's result, so a short message of the assistant is put
   * between (OpenAI chat; Mistral). Default: depends on the model.
   */
  readonly userAfterTools?: boolean;
  /** A relayed message of text alone must be a string (OpenAI chat). Default `false`: it may be a list of parts. */
  readonly plainContent?: boolean;
  /**
   * Member of a message that returns readable reasoning to the model. Default: the member in which the model sent it.
   */
  readonly reasoningField?: ThoughtField;
  /**
   * The provider rejects an assistant's tool calls without the reasoning that led to them (DeepSeek, Moonshot, Xiaomi).
   * If that reasoning is lost, a blank one is sent. Default `false`.
   */
  readonly demandsThoughts?: boolean;
  /** Member of `usage` that counts cached prompt tokens, if it is not OpenAI's own (Moonshot, Mistral). */
  readonly cachedTokensField?: 'cached_tokens' | 'num_cached_tokens';
  /**
   * Member of `usage` that reports the charge: dollars at OpenRouter and Perplexity, ticks at xAI. That amount is then
   * booked. Default: the cost is computed from the price.
   */
  readonly tellsCost?: 'cost' | 'cost.total_cost' | 'cost_in_usd_ticks';
  /** `false`: the provider rejects `stream_options.include_usage`, so it is not sent. Default `true`. */
  readonly streamUsage?: boolean;
  /** How a JSON schema can be requested. Default `json-schema`. */
  readonly schemaMode?: 'json-schema' | 'json-object' | 'none';
  /** Patterns of the models that can be held to a JSON schema; others get a JSON object. Default: all. */
  readonly schemaModels?: readonly string[];
  /**
   * An output format excludes streams and tools (Groq): the answer is asked for whole, and next to tools the format is
   * put into words. Default `false`.
   */
  readonly formatAlone?: boolean;
  /**
   * `false`: a model that is held to an output format calls no tool (local servers, which constrain every token to it):
   * while tools are offered, the format is put into words. Default `true`; for Ollama's own API `false`.
   */
  readonly formatWithTools?: boolean;
  /**
   * Schemas of tools and answers must be objects at the top, and no unions (OpenAI, Azure). Others are rewritten or put
   * into words. Default: depends on the model.
   */
  readonly objectSchemas?: boolean;
  /**
   * Request members that the provider rejects; they are left out with a warning. A request that requires one of them goes
   * to another provider.
   */
  readonly refuses?: readonly string[];
  /**
   * The models, by patterns of names, that act on a required request member which most servers ignore (OpenAI chat:
   * `audio`, `moderation`, `plugins`, `web_search_options`). Of models that Conclave may choose, these are preferred.
   */
  readonly actsOn?: Readonly<Record<string, readonly string[]>>;
  /** Members that single models reject, by patterns of model names; the first match counts. */
  readonly modelRefuses?: Readonly<Record<string, readonly string[]>>;
  /**
   * The image types that the provider accepts (OpenAI's dialects); others are refused before they are sent. Default:
   * any.
   */
  readonly imageTypes?: readonly string[];
  /**
   * The types of documents that the provider accepts as files (OpenAI chat); others are refused before they are sent,
   * and texts are sent as such. Default: any.
   */
  readonly documentTypes?: readonly string[];
  /**
   * The content part in which the provider accepts a document (OpenAI chat): `file` (OpenAI's own), `document_url`
   * (Mistral's own, also for addresses), or `none`. Default `file`.
   */
  readonly documentPart?: 'file' | 'document_url' | 'none';
  /** The most stop sequences that the provider accepts (OpenAI chat). Default: any number. */
  readonly maxStopSequences?: number;
  /** The most tools that a request may offer. A request with more goes to another provider. Default: any number. */
  readonly maxTools?: number;
  /** The only members besides `role` that the provider accepts in messages (OpenAI chat). Default: any. */
  readonly messageMembers?: readonly string[];
  /** Assistant messages may have OpenAI's `refusal` (OpenAI chat). Default `false`: it is sent as their content. */
  readonly refusals?: boolean;
  /**
   * How the provider is asked to continue an assistant's message at the end of a conversation (OpenAI chat): by this
   * member of the message (Mistral, Moonshot), or not possible (DeepSeek). Default: it does so without being asked.
   */
  readonly continues?: 'prefix' | 'partial' | 'never';
  /**
   * Content parts and tools may have `cache_control` (OpenAI chat). Default `false`: the provider caches on its own.
   */
  readonly cacheControl?: boolean;
  /**
   * Tool-call ids must be exactly this many letters and digits (OpenAI chat). Default: 9 for Mistral's models, for others
   * up to 40, including `_` and `-`.
   */
  readonly toolCallIdLength?: number;
  /** The reasoning efforts that the provider accepts; others are mapped to the nearest. */
  readonly reasoningEfforts?: readonly ReasoningEffort[];
  /**
   * The efforts of single models, by patterns of model names; the first match replaces the list for all. Empty: the
   * model has no effort setting. Only `none`: it thinks as much as it likes, or not at all.
   */
  readonly modelEfforts?: Readonly<Record<string, readonly ReasoningEffort[]>>;
  /** An unsupported effort is sent as the next higher one (Moonshot). Default `false`: as the next lower one. */
  readonly roundsEffortsUp?: boolean;
  /** Member that turns thinking off, if that is not the effort `none` (OpenAI chat). */
  readonly thinkingSwitch?: 'thinking' | 'enable_thinking';
  /** Patterns of the models that reject `thinkingSwitch`, because they always think (OpenAI chat; Moonshot). */
  readonly alwaysThinks?: readonly string[];
  /**
   * `false`: the provider rejects `tool_choice: "required"` and named tools; they are sent as `auto` with a warning.
   * `without-thinking`: it rejects them while the model thinks (DeepSeek, Moonshot; OpenAI chat), so `thinkingSwitch`
   * turns thinking off. `unnamed`: it rejects named tools, which are sent as `required` (OpenAI chat).
   */
  readonly forcedToolChoice?: ForcedToolChoice;
  /** The same of single models, by patterns of model names; the first match counts (OpenAI chat; Moonshot). */
  readonly modelForcedToolChoice?: Readonly<Record<string, ForcedToolChoice>>;
  /** The beta features (`anthropic-beta`, `openai-beta`) that the provider accepts, as patterns. Default: all. */
  readonly betas?: readonly string[];
  /**
   * The provider rejects OpenRouter's `reasoning` object, so `reasoning_effort` is sent instead (OpenAI chat), and its
   * budget `reasoning.max_tokens`, so the nearest effort is sent instead (OpenAI Responses). Default: both are relayed,
   * since gateways understand them and most servers ignore unknown members.
   */
  readonly refusesReasoningObject?: boolean;
  /**
   * The provider accepts a thinking budget in tokens, as `reasoning.max_tokens` (OpenRouter; OpenAI chat). Default: the
   * budget is sent as an effort.
   */
  readonly reasoningBudget?: boolean;
  /**
   * The provider is itself a router and accepts a client's preferences (OpenRouter's `provider`): they are passed on.
   */
  readonly choosesProviders?: boolean;
  /**
   * It shortens prompts as its dialect's inventor does: it drops what a summary stands for, and acts on the fields that
   * ask for more (Anthropic's `context_management`, OpenAI's `truncation`). Default `false`: it may ignore them.
   */
  readonly shortensPrompts?: boolean;
  /**
   * Its replies break clients of the dialect's inventor (Mistral: thoughts as lists in `content`, streamed calls
   * without an index): they are parsed and rewritten instead of relayed. Default `false`.
   */
  readonly rewritesReplies?: boolean;
  /**
   * The provider accepts the attribution line at the start of Claude Code's system prompt (Anthropic). Default `false`:
   * the line is removed.
   */
  readonly takesAttribution?: boolean;
  /**
   * The provider accepts `prompt_cache_key` (OpenAI chat), in which it is sent the client's session. Default `false`.
   */
  readonly promptCacheKey?: boolean;
  /**
   * Request header that brings a conversation back to the server that has its prompt in the cache (xAI). Small letters.
   */
  readonly sessionHeader?: string;
  /**
   * The provider accepts the tools that only OpenAI's own servers know (OpenAI chat; OpenAI, Azure): custom tools,
   * `allowed_tools` as the choice, and the deprecated `functions`. Default `false`: they are sent as plain functions.
   */
  readonly openaiTools?: boolean;
  /**
   * The most texts in one request for embeddings, by patterns of model names; the first match counts. A call with more
   * is sent as several requests. Default: any number.
   */
  readonly embeddingBatch?: Readonly<Record<string, number>>;
  /** `false`: the provider cannot embed texts that the client has tokenised (OpenAI chat). Default `true`. */
  readonly embedsTokens?: boolean;
  /** Extra request members sent with every call; objects are merged with those of the request. */
  readonly extraBody?: Readonly<JsonObject>;
  /** Path of the completion call below the base URL, if it is not the dialect's own. */
  readonly path?: string;
  /** `max_tokens` to send if the dialect requires one and neither the client nor the catalogue gives it (Anthropic). */
  readonly defaultMaxTokens?: Tokens;
};

type ForcedToolChoice = boolean | 'without-thinking' | 'unnamed';

/** A provider of models, as data. */
export type Provider = {
  /** The prefix of its models' ids. */
  readonly id: string;
  readonly name: string;
  /** The dialects it supports, preferred first. The client's own dialect is used if it is among them. */
  readonly dialects: readonly DialectEndpoint[];
  readonly auth: AuthScheme;
  /** Environment variables that may hold its key, first match wins. */
  readonly keyVariables: readonly string[];
  /**
   * The variables are also, or mainly, keys to other things (`GITHUB_TOKEN`): enough for a provider that the config
   * names, but not enough to use the provider just because the variable is set.
   */
  readonly keyIsShared?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly quirks: Quirks;
  /** Names of this form exist only here, whoever made the model (Bedrock's inference profiles). */
  readonly ownNames?: RegExp;
  /** Its lists put this before the names of models; requests must not have it (Gemini's `models/`). */
  readonly listPrefix?: string;
  /** Conclave has no key for it; callers bring their own. */
  readonly needsCallerKey?: boolean;
  /** Runs on the user's own machine. */
  readonly local: boolean;
  /** It keeps none of the data that it is sent, by its contract with the operator. Default `false`: it may. */
  readonly zeroDataRetention?: boolean;
  /** Looked for on this machine without being configured. */
  readonly probed?: true;
  /** An environment variable that may hold the address it listens on. */
  readonly hostVariable?: string;
  /** A path below the first base URL that lists models for free, for `doctor` and discovery. */
  readonly modelsPath?: string;
  /**
   * A path below the first base URL that answers only a valid key, if its list of models answers anybody; what it tells
   * of the key is read as OpenRouter's.
   */
  readonly keyPath?: string;
  /** A path of its host that describes its models better than OpenAI's list does (Ollama). */
  readonly listPath?: string;
  /** A path of its host that returns the context size and capabilities of one model, given its name (Ollama). */
  readonly showPath?: string;
  /** The page where users get a key. */
  readonly keyUrl?: string;
  /** Other names that requests may use for it: those of OpenRouter. */
  readonly otherNames?: readonly string[];
  /** Clients of these dialects mean this provider by a bare model name that several providers have. */
  readonly nativeTo?: readonly DialectId[];
  /** Hosts at which it serves all its dialects, subdomains included, whichever address its endpoints have. */
  readonly ownHosts?: readonly string[];
  /** A large provider of its own models: the premium of past calls is measured against the models of these. */
  readonly premiumReference?: true;
  /** Published multiples of all token rates under a billing term. Terms that are not listed have no known price. */
  readonly rateFactors?: readonly RateFactor[];
  /** Terms that are billed without being asked for or reported: a search in every answer, a region's surcharge. */
  readonly standingTerms?: readonly StandingTerm[];
};

export type DialectEndpoint = {
  readonly dialect: DialectId;
  /**
   * Without a trailing slash. OpenAI-like ones end in `/v1`, Google's in `/v1beta`, others are bare. A built-in one may
   * contain `{VARIABLE}`s, which `fillBaseUrl` fills before a deployment is made.
   */
  readonly baseUrl: string;
  /** Default: the provider's own. */
  readonly auth?: AuthScheme;
  /**
   * The provider serves this dialect worse than its first endpoint serves a translated request: used only if the first
   * endpoint's dialect cannot express the request.
   */
  readonly secondary?: true;
};
