import type { Call, Reply } from '../core/call.ts';
import type { Model } from '../core/model.ts';
import type { Stats } from '../core/routing/plan/deployment-stats.ts';
import type { Preview } from '../core/routing/decision/preview.ts';
import type { ProviderPreferences } from '../core/routing/preferences/provider-preferences.ts';
import type { DeadCredential } from './deployments/health/dead-credential.ts';
import type { DeploymentStanding } from './deployments/health/standing.ts';
import { dataBoundsOf } from './routing/data/data-bounds.ts';
import { mayReceiveData, type Asker } from './routing/data/may-receive-data.ts';
import { previewCall } from './preview-call.ts';
import { canServe } from './can-serve.ts';
import { openParent, type ExpectedCall, type Parent, type ParentCall } from './open-parent.ts';
import { runCall } from './pipeline.ts';
import { whyBenched } from './deployments/order/why-benched.ts';
import type { EngineMemory } from './engine-memory.ts';
import type { EngineContext } from './engine-context.ts';
import type { EngineServices } from './services.ts';

export interface Engine {
  /**
   * Runs one call through the whole pipeline. Resolves with the reply's head while its content is still streaming.
   * @throws ConclaveError for any failure before the first content.
   */
  run(call: Call): Promise<Reply>;
  /** Decides about a call without making it. @throws ConclaveError if no candidate can serve it. */
  preview(call: Call): Promise<Preview>;
  /** Whether the model that a call names, or some model if it names none, could serve it within its limits. */
  canServe(expected: ExpectedCall): Promise<boolean>;
  /** Reserves once for several calls, which then draw on that reservation. */
  openParent(parent: ParentCall): Promise<Parent>;
  readonly stats: Stats;
  /** Every deployment that has been asked, in its current state. */
  deployments(): DeploymentStanding[];
  /** Configured credentials that a provider refuses or that have no money left. */
  deadCredentials(): DeadCredential[];
  /** Why a model would now be tried last; `undefined` if it would not. */
  whyBenched(model: Model): string | undefined;
  /** Whether the rules of key, tags and config allow sending this asker's data to a model. */
  maySee(model: Model, asker: Asker): boolean;
  /** Who may see a call's data, for whatever is asked on its behalf before or after it. */
  dataBoundsOf(call: Call): ProviderPreferences | undefined;
}

/** Creates the engine. Every model call in Conclave goes through it. */
export function createEngine(services: EngineServices, memory: EngineMemory): Engine {
  const context: EngineContext = { ...services, ...memory, run: (call) => runCall(context, call) };
  return {
    run: context.run,
    preview: (call) => previewCall(context, call),
    canServe: (expected) => canServe(context, expected),
    openParent: (parent) => openParent(context, parent),
    stats: context.stats,
    deployments: context.standings,
    deadCredentials: context.deadCredentials,
    whyBenched: (model) => whyBenched(context, model),
    maySee: (model, asker) => mayReceiveData(context, model, asker),
    dataBoundsOf: (call) => dataBoundsOf(context, call),
  };
}
