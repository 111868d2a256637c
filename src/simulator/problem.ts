/** Why a request is refused, independent of the wire format. */
export type Problem = {
  readonly kind: ProblemKind;
  readonly status: number;
  readonly model: string;
  /** The provider that refuses: some providers word errors of a shared wire format differently. */
  readonly provider?: string;
  /** For `overflow`: the size of the prompt and of the window. For `invalid`: what is wrong. */
  readonly tokens?: number;
  readonly window?: number;
  readonly message?: string;
  readonly param?: string;
  readonly code?: string;
  readonly retryAfter?: number;
};

export type ProblemKind =
  | 'invalid'
  | 'overflow'
  | 'authentication'
  | 'payment'
  | 'forbidden'
  | 'not-found'
  | 'timeout'
  | 'too-large'
  | 'rate-limit'
  | 'quota'
  | 'server'
  | 'overloaded';

/** A request that no provider would accept; the server words the error for the wire format. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message ?? problem.kind);
    this.problem = problem;
  }
}

/**
 * Refuses the request as invalid.
 * @throws Refused
 */
export function refuse(message: string, param?: string): never {
  throw new Refused({
    kind: 'invalid',
    status: 400,
    model: '',
    message,
    ...(param === undefined ? {} : { param }),
  });
}
