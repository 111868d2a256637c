import type { JsonValue } from '../../core/json/json.ts';
import type { AwsAccess, Secret } from '../../core/credential.ts';
import type { Provider } from '../../core/provider.ts';
import type { ShownModels } from './model-details.ts';

/** An available provider, and how it was found. */
export type FoundProvider = {
  readonly provider: Provider;
  readonly secret?: Secret;
  readonly aws?: AwsAccess;
  /** Its region, as configured. */
  readonly region?: string;
  readonly source: 'config' | 'environment' | 'local' | 'simulated' | 'replay';
  /** For display: the variable or the address. */
  readonly detail: string;
  /** A local server's model list. */
  readonly listing?: JsonValue;
  /** A local server's details of its models, by name, if it provides them. */
  readonly shown?: ShownModels;
};

/** A provider that something else stands in for. */
export type ReplacedProvider = Pick<FoundProvider, 'provider' | 'region'>;

/** Whether its answers are not real: a replayed answer costs nothing and is as old as its recording. */
export function isSimulatedSource({ source }: Pick<FoundProvider, 'source'>): boolean {
  return source === 'simulated' || source === 'replay';
}
