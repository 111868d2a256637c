import type { Standing } from '../engine/deployments/health/standing.ts';
import type { ConfigInput } from '../config/schema/config-schema.ts';
import type { MetricFamily } from '../core/telemetry/call-observer.ts';
import type { InputGuardrail, OutputGuardrail, ReplyCache, Scorer } from '../core/extension-points.ts';
import type { LimitExchange } from '../core/limit-exchange.ts';
import type { SharedConfig } from '../core/shared-config.ts';
import type { LogLevel } from '../core/telemetry/log.ts';
import type { LLMProvider } from '../core/wire/llm-provider.ts';

/** What an app is built from. */
export type AppOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Configuration file. Default: `CONCLAVE_CONFIG`, else `conclave.yaml` if it exists. */
  readonly configPath?: string;
  /** Configuration object, used instead of a file. */
  readonly config?: ConfigInput;
  /** Providers defined by a library user. */
  readonly providers?: readonly LLMProvider[];
  /** True: answer with simulated models only. False: never. Default: if there is neither a config file nor a key. */
  readonly simulate?: boolean;
  /** Opens only the ledger and keys: no provider is discovered and no model can be called. */
  readonly offline?: boolean;
  /** Answer from the replies recorded in this folder. */
  readonly replay?: string;
  /** Record the provider replies of this process in this folder. */
  readonly record?: string;
  readonly extensions?: Extensions;
  /** `json` for servers. Default: plain lines, warnings and errors only. */
  readonly logFormat?: 'json' | 'plain';
  /** Overrides `log.level` of the configuration. */
  readonly logLevel?: LogLevel;
  /** Returns the URL of simulated providers that already run elsewhere, so that none are started here. */
  readonly simulator?: () => Promise<string>;
  /** How many processes serve, including this one. Default: 1. */
  readonly processes?: number;
  /** How those processes keep the limits of deployments together. */
  readonly limitExchange?: LimitExchange;
  /** The configuration that those processes use. Default: the file is read. */
  readonly sharedConfig?: SharedConfig;
  /** Metrics of all processes that serve together, this one included once it does; none while none is known to. */
  readonly allMetrics?: () => Promise<readonly (readonly MetricFamily[])[]>;
  /** What those processes know of the deployments. */
  readonly allDeployments?: () => Promise<readonly Standing[]>;
};

/** Extension points that a program may fill. */
export type Extensions = {
  readonly caches?: readonly ReplyCache[];
  readonly inputGuardrails?: readonly InputGuardrail[];
  readonly outputGuardrails?: readonly OutputGuardrail[];
  readonly scorers?: readonly Scorer[];
};
