import type { ErrorCode } from '../../src/core/errors.ts';
import type { JsonValue } from '../../src/core/json/json.ts';
import type { ClientDialectId } from '../support/client-stream.ts';
import type { Expectation } from '../support/recorded-replies.ts';

/** What a program asks of its client. Tools go by name and take any object. */
export type Question = {
  readonly model: string;
  readonly stream: boolean;
  readonly tools?: readonly string[];
  /** The answer shall be JSON of this schema. */
  readonly schema?: typeof anyObject;
  readonly signal?: AbortSignal;
};

/** Where the gateway is. */
export type Gateway = { readonly url: string; readonly key: string };

/** What a program reads of the answer: numbers as OpenAI counts, the finish in the recordings' own words. */
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

/** What a client has no member for. Everything else must arrive. */
export type Blank = 'citations' | 'imagesOut' | 'refusal' | 'cacheWrite';

/** An official client, as programs use it. */
export type OfficialClient = {
  readonly name: string;
  /** Its npm package. */
  readonly package: string;
  readonly dialect: ClientDialectId;
  readonly blanks: readonly Blank[];
  /** A refusal's words are text to it, and the finish says what they are. */
  readonly tellsRefusals?: true;
  /** It does not tell a usage of nothing from none. */
  readonly leavesOutZeros?: true;
  /** Asks and reads the answer. Throws what the client throws. */
  ask(gateway: Gateway, question: Question): Promise<Heard>;
  /** The error that a program has met. */
  failure(thrown: unknown): Failure;
  /** The error that its documentation promises for this status, where that says all. */
  failureOf(status: number, code: ErrorCode): Failure;
};

export type Failure = { readonly status: number | undefined; readonly name: string };

/** The class of errors of this status, where its own has none. */
export function classOfStatus(classes: Readonly<Record<number, string>>, status: number): string {
  return classes[status] ?? (status >= 500 ? 'InternalServerError' : 'APIError');
}

export const anyObject = {
  type: 'object',
  properties: {},
  additionalProperties: true,
} as const;

export const prompt = 'Say what you have to say.';

/** Arguments as a value; the text itself where a model wrote no JSON; `{}` where it wrote nothing. */
export function argumentsOf(text: string): JsonValue {
  if (text === '') return {};
  try {
    return JSON.parse(text) as JsonValue; // JSON.parse of a string yields a JSON value
  } catch {
    return text;
  }
}
