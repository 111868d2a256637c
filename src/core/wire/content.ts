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

/** Where the bytes of an image, document or sound are. */
export type MediaSource =
  | { readonly kind: 'base64'; readonly mediaType: string; readonly data: string }
  | { readonly kind: 'url'; readonly url: string; readonly mediaType?: string }
  /** A file that the user uploaded to the provider of `dialect`: it pins the call to that origin. */
  | { readonly kind: 'file'; readonly fileId: string; readonly dialect: DialectId };

/** The members of a message of OpenAI's chat in which sellers tell a model's readable thoughts. */
export const thoughtFields = ['reasoning_content', 'reasoning', 'reasoning_text'] as const;

/** Where a seller has a model's thoughts: in one of these members, or as parts of the content (Mistral). */
export type ThoughtField = (typeof thoughtFields)[number] | 'content';

/** A hint that the prompt up to here is worth caching. */
export type CacheHint = { readonly ttl?: '5m' | '1h' };

/** One piece of a message, in no provider's own words. */
export type ContentPart =
  | { readonly type: 'text'; readonly text: string; readonly cache?: CacheHint }
  | {
      readonly type: 'image';
      readonly source: MediaSource;
      readonly detail?: string;
      readonly cache?: CacheHint;
    }
  | {
      readonly type: 'document';
      readonly source: MediaSource | { readonly kind: 'text'; readonly text: string };
      readonly title?: string;
      readonly cache?: CacheHint;
    }
  | { readonly type: 'audio'; readonly source: MediaSource; readonly format?: string }
  | {
      readonly type: 'reasoning';
      readonly text: string;
      /** Proof that the text is the model's own; only its origin can read it. */
      readonly signature?: string;
      /** Encrypted reasoning without readable text. */
      readonly redacted?: string;
      /** Where its seller told it, of whom nothing else says that it takes thoughts back, and where. */
      readonly field?: ThoughtField;
      readonly origin: DialectId;
    }
  /** `arguments` is the JSON text as the model wrote it: possibly invalid, never re-serialised. */
  | {
      readonly type: 'tool-call';
      readonly id: string;
      readonly name: string;
      readonly arguments: string;
      readonly cache?: CacheHint;
    }
  | {
      readonly type: 'tool-result';
      readonly callId: string;
      readonly content: readonly ContentPart[];
      readonly isError: boolean;
      readonly cache?: CacheHint;
    }
  | { readonly type: 'refusal'; readonly text: string }
  /** A block that only its own dialect understands (server tools and their results). */
  | { readonly type: 'opaque'; readonly dialect: DialectId; readonly value: JsonObject };

/** Tool results travel as parts of a user message, in the order in which they were given. */
export type Message = {
  readonly role: 'system' | 'user' | 'assistant';
  /** Tells participants of one role apart, where a dialect has a word for it. */
  readonly name?: string;
  readonly content: readonly ContentPart[];
};
