import type { Ms } from './units.ts';

/**
 * Every way a call can fail, with the HTTP status that a client sees and whether the same call may succeed later.
 * Nothing in Conclave decides by reading a message; it decides by one of these.
 */
export const errorCodes = {
  // The caller's fault.
  invalid_request: { status: 400, retryable: false },
  unsupported: { status: 400, retryable: false },
  context_too_long: { status: 400, retryable: false },
  content_filtered: { status: 400, retryable: false },
  authentication: { status: 401, retryable: false },
  permission: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  model_not_found: { status: 404, retryable: false },
  method_not_allowed: { status: 405, retryable: false },
  request_timeout: { status: 408, retryable: true },
  request_too_large: { status: 413, retryable: false },
  rate_limited: { status: 429, retryable: true },
  budget_exceeded: { status: 429, retryable: false },
  cancelled: { status: 499, retryable: false },
  // A provider's fault, with a status and message that fit Conclave's client.
  provider_auth: { status: 502, retryable: false },
  provider_quota: { status: 502, retryable: false },
  provider_forbidden: { status: 502, retryable: false },
  provider_rate_limited: { status: 429, retryable: true },
  provider_error: { status: 502, retryable: true },
  provider_overloaded: { status: 503, retryable: true },
  provider_unreachable: { status: 502, retryable: true },
  provider_timeout: { status: 504, retryable: true },
  provider_invalid_reply: { status: 502, retryable: true },
  stream_truncated: { status: 502, retryable: true },
  // Conclave's fault.
  no_candidate: { status: 400, retryable: false },
  overloaded: { status: 503, retryable: true },
  shutting_down: { status: 503, retryable: true },
  configuration: { status: 500, retryable: false },
  storage: { status: 503, retryable: true },
  internal: { status: 500, retryable: false },
} as const satisfies Record<string, { status: number; retryable: boolean }>;

export type ErrorCode = keyof typeof errorCodes;

export type ErrorDetails = {
  /** Overrides the code's own HTTP status, if the provider's was more specific. */
  readonly status?: number;
  /** The request field at fault, as a path: `messages.2.content`. */
  readonly param?: string;
  /** The path of the fault in the configuration: `['routing', 'rules', 0, 'use']`. */
  readonly configPath?: readonly PropertyKey[];
  /** How long to wait before the same call makes sense. */
  readonly retryAfterMs?: Ms;
  readonly provider?: string;
  /** The provider that would serve the model if it were configured. */
  readonly missingProvider?: string;
  /** The HTTP status that the provider itself answered with. */
  readonly providerStatus?: number;
  /** OpenAI's own error code (`invalid_image_url`), more specific than any of ours. */
  readonly openAiCode?: string;
  /** How many requests the call made to providers. */
  readonly requests?: number;
  readonly requestId?: string;
  /** The message for the operator, with the addresses of providers. Absent: the same message. */
  readonly toOperator?: string;
  /** The HTTP method that the path accepts. */
  readonly allow?: string;
  readonly cause?: unknown;
};

/** What a failure shows beyond its code and details, for billing and for the next try. */
export type FailureHint =
  /** No part of the request had been sent: no provider bills it. */
  | 'unsent'
  /**
   * A kept-alive connection turned out to be closed, and no byte of a reply arrived. Sending the request again on a new
   * connection does not count as a retry.
   */
  | 'stale-connection'
  /** Conclave stopped waiting for the reply: the provider may bill the request all the same. */
  | 'gave-up'
  /** The address answers with pages for a browser: another request to it would get the same. */
  | 'web-page'
  /** The reply does not name what is missing: the server may not know the path itself. */
  | 'no-such-path'
  /** The provider does not serve this model in the dialect of the request; it may in another. */
  | 'not-in-dialect'
  /** The request contains something that belongs to another account; another key of the provider may be able to use it. */
  | 'another-account'
  /** The provider refuses to be asked for the usage of its stream. */
  | 'no-stream-usage'
  /** The provider refuses reasoning that it has not signed. */
  | 'unsigned-thoughts'
  /** The exhausted quota is for this model at this place only: its key is good for other models. */
  | 'model-quota';

/** What an error is created with. */
export type ErrorInit = ErrorDetails & { readonly hint?: FailureHint | undefined };

/** The one error class. Its message names the value that was wrong and what to do next. */
export class ConclaveError extends Error {
  override readonly name = 'ConclaveError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: ErrorDetails;
  readonly #hint: FailureHint | undefined;

  constructor(code: ErrorCode, message: string, { hint, ...details }: ErrorInit = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status ?? errorCodes[code].status;
    this.details = details;
    this.#hint = hint;
  }

  /** For Conclave's own next move; clients and logs do not see it. @internal */
  get hint(): FailureHint | undefined {
    return this.#hint;
  }

  /** Returns a copy with these changes. Everything else stays, also the cause. */
  with({ message = this.message, ...changes }: ErrorInit & { readonly message?: string }): ConclaveError {
    const { code, status, details, hint } = this;
    return new ConclaveError(code, message, { ...details, status, hint, ...changes });
  }

  /** The message for the ledger and the local user; clients over HTTP get `message`. */
  get toOperator(): string {
    return this.details.toOperator ?? this.message;
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }
}

/** Returns a copy of the error with the id of the request that it ended. */
export function withRequestId(error: ConclaveError, requestId: string): ConclaveError {
  return error.with({ requestId, cause: error.cause ?? error });
}

/**
 * Converts any thrown value into a `ConclaveError`; a foreign error becomes `internal`, with its cause kept but not
 * shown.
 */
export function asConclaveError(thrown: unknown): ConclaveError {
  if (thrown instanceof ConclaveError) return thrown;
  return new ConclaveError('internal', 'Something inside Conclave failed; its log has the cause.', {
    cause: thrown,
  });
}
