/** Why a request is refused, before any wire format words it. */
export type Problem = {
  readonly kind: ProblemKind;
  readonly status: number;
  readonly model: string;
  /** Who refuses: some sellers word one wire's errors in their own way. */
  readonly provider?: string;
  /** For `overflow`: what the prompt takes and what the window holds. For `invalid`: what is wrong. */
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

/** A request that no provider would take; the server answers it in the wire's own words. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message ?? problem.kind);
    this.problem = problem;
  }
}

/** @throws Refused as an invalid request. */
export function refuse(message: string, param?: string): never {
  throw new Refused({
    kind: 'invalid',
    status: 400,
    model: '',
    message,
    ...(param === undefined ? {} : { param }),
  });
}
