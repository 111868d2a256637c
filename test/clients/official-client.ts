import type { ErrorCode } from '../../src/core/errors.ts';
import type { JsonValue } from '../../src/core/json/json.ts';
import type { ClientDialectId } from '../support/client-stream.ts';
import type { Expectation } from '../support/recorded-replies.ts';

/** A program's request to its client. Tools are given by name and accept any object. */
export type Question = {
  readonly model: string;
  readonly stream: boolean;
  readonly tools?: readonly string[];
  /** The answer must be JSON of this schema. */
  readonly schema?: typeof anyObject;
  readonly signal?: AbortSignal;
};

/** The gateway's address. */
export type Gateway = { readonly url: string; readonly key: string };

/** What a program reads from the answer: numbers as OpenAI counts them, the finish reason as the recordings name it. */
export type Heard = {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly { readonly name: string; readonly args: JsonValue }[];
  readonly finish: string | null;
  readonly usage: Usage | null;
  readonly refusal: string;
  readonly citations: number;
  readonly imagesOut: number;
};

type Usage = Pick<NonNullable<Expectation['usage']>, 'input' | 'output'> &
  Partial<NonNullable<Expectation['usage']>>;

/** What a client has no field for. Everything else must arrive. */
export type Blank = 'citations' | 'imagesOut' | 'refusal' | 'cacheWrite';

/** An official client, as programs use it. */
export type OfficialClient = {
  readonly name: string;
  /** Its npm package. */
  readonly package: string;
  readonly dialect: ClientDialectId;
  readonly blanks: readonly Blank[];
  /** The client returns a refusal as text; the finish reason marks it. */
  readonly tellsRefusals?: true;
  /** The client does not distinguish zero usage from no usage. */
  readonly leavesOutZeros?: true;
  /** Sends the request and reads the answer. Throws what the client throws. */
  ask(gateway: Gateway, question: Question): Promise<Heard>;
  /** The error that a program got. */
  failure(thrown: unknown): Failure;
  /** The error that the client's documentation promises for this status, if the status alone determines it. */
  failureOf(status: number, code: ErrorCode): Failure;
};

export type Failure = { readonly status: number | undefined; readonly name: string };

/** The error class of this status, if the client has none of its own for it. */
export function classOfStatus(classes: Readonly<Record<number, string>>, status: number): string {
  return classes[status] ?? (status >= 500 ? 'InternalServerError' : 'APIError');
}

export const anyObject = {
  type: 'object',
  properties: {},
  additionalProperties: true,
} as const;

export const prompt = 'Say what you have to say.';

/** Arguments as a value: the text itself if the model did not write JSON, `{}` if it wrote nothing. */
export function argumentsOf(text: string): JsonValue {
  if (text === '') return {};
  try {
    return JSON.parse(text) as JsonValue; // JSON.parse of a string returns a JSON value
  } catch {
    return text;
  }
}
