import { hash } from 'node:crypto';

/** Never printed: `toString` and `toJSON` of a secret return a placeholder. */
export type Credential = { readonly secret: Secret; readonly label: string };

/** The configured parts of an AWS credential; AWS's own credential chain supplies what is missing. */
export type AwsAccess = {
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: Secret;
  readonly sessionToken?: Secret;
};

/** A string that cannot be printed or serialised by accident. */
export class Secret {
  readonly #value: string;
  #fingerprint: string | undefined;
  constructor(value: string) {
    this.#value = value;
  }
  /** A hash that is equal for equal secrets and reveals nothing of them, to compare credentials. */
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
