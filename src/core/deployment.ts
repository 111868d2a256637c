import type { AwsAccess, Credential } from './credential.ts';
import type { Model } from './model.ts';
import type { Price } from './money/price.ts';
import type { DialectEndpoint, Provider } from './provider.ts';
import type { LLMProvider } from './wire/llm-provider.ts';

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
  /** The deployment's own price, if it differs from the model's. */
  readonly price?: Price;
  /** The caller's own key pays: the call counts against no budget, and its failures concern that key alone. */
  readonly payer?: 'caller';
  /** Set if requests are signed for AWS. */
  readonly aws?: AwsAccess;
  readonly simulated: boolean;
  /** Set if a library user's own object answers instead of a server. */
  readonly custom?: LLMProvider;
};

/** A model and a deployment that serves it. */
export type Candidate = { readonly model: Model; readonly deployment: Deployment };
