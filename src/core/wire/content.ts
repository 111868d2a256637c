import type { JsonObject } from '../json/json.ts';

/** The wire formats that Conclave reads and writes. */
export const dialectIds = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'google-generate',
  'bedrock-converse',
  'ollama-chat',
] as const;

export type DialectId = (typeof dialectIds)[number];

/** Where the bytes of an image, document or audio clip are. */
export type MediaSource =
  | { readonly kind: 'base64'; readonly mediaType: string; readonly data: string }
  | { readonly kind: 'url'; readonly url: string; readonly mediaType?: string }
  /** A file that the user uploaded to the provider of `dialect`: it pins the call to that provider. */
  | { readonly kind: 'file'; readonly fileId: string; readonly dialect: DialectId };

/** The members of an OpenAI chat message in which providers return a model's readable thoughts. */
export const thoughtFields = ['reasoning_content', 'reasoning', 'reasoning_text'] as const;

/** Where a provider puts a model's thoughts: in one of these members, or as parts of the content (Mistral). */
export type ThoughtField = (typeof thoughtFields)[number] | 'content';

/** A hint that the prompt up to here is worth caching. */
export type CacheHint = { readonly ttl?: '5m' | '1h' };

/** One provider-neutral piece of a message. */
export type ContentPart =
  | TextPart
  | ImagePart
  | DocumentPart
  | AudioPart
  | ReasoningPart
  | ToolCallPart
  | ToolResultPart
  | RefusalPart
  | OpaquePart;

type TextPart = { readonly type: 'text'; readonly text: string; readonly cache?: CacheHint };

export type ImagePart = {
  readonly type: 'image';
  readonly source: MediaSource;
  readonly detail?: string;
  readonly cache?: CacheHint;
};

export type DocumentPart = {
  readonly type: 'document';
  readonly source: DocumentSource;
  readonly title?: string;
  /** What the model should know about the document, but not cite. */
  readonly context?: string;
  /** The answer should cite the document. */
  readonly citations?: true;
  /** Set for a result of the client's own search: where it was found (a URL), and its passages. */
  readonly found?: { readonly source: string; readonly passages: readonly string[] };
  readonly cache?: CacheHint;
};

/** Where a document's text or bytes are. */
export type DocumentSource = MediaSource | { readonly kind: 'text'; readonly text: string };

export type AudioPart = { readonly type: 'audio'; readonly source: MediaSource; readonly format?: string };

/** A model's thought. */
export type ReasoningPart = {
  readonly type: 'reasoning';
  readonly text: string;
  /**
   * Proof that the text is the model's own, which only its maker can read. Claude's is bare; any other is sealed, and
   * then begins with the dialect that it came in.
   */
  readonly signature?: string;
  /** Encrypted reasoning without readable text, which is its own proof. */
  readonly redacted?: string;
  /** Its proof was removed, because only another provider or key can read it. */
  readonly isForeign?: true;
  /**
   * The member in which the provider sent the thought. Used if nothing else shows whether, and where, it accepts
   * thoughts back.
   */
  readonly field?: ThoughtField;
};

/** `arguments` is the JSON text as the model wrote it: possibly invalid, never re-serialised. */
export type ToolCallPart = {
  readonly type: 'tool-call';
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
  readonly cache?: CacheHint;
};

export type ToolResultPart = {
  readonly type: 'tool-result';
  readonly callId: string;
  readonly content: readonly ContentPart[];
  readonly isError: boolean;
  readonly cache?: CacheHint;
};

type RefusalPart = { readonly type: 'refusal'; readonly text: string };

/** A block that only its own dialect can represent (server tools and their results). */
export type OpaquePart = {
  readonly type: 'opaque';
  readonly dialect: DialectId;
  readonly value: JsonObject;
  /** It is a part of a message, in a dialect that also has items beside messages. */
  readonly inMessage?: true;
};

/** Tool results are parts of a user message, in the order in which they were given. */
export type Message = {
  readonly role: 'system' | 'user' | 'assistant';
  /** Distinguishes participants of one role, if the dialect supports that. */
  readonly name?: string;
  readonly content: readonly ContentPart[];
};
