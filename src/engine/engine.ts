import type { Call, Reply } from '../core/call.ts';
import type { Model } from '../core/model.ts';
import type { DeploymentStats, Stats } from '../core/routing/deployment-stats.ts';
import type { Preview } from '../core/routing/preview.ts';
import type { DeploymentHealth, DeploymentReport } from './deployments/deployment-health.ts';
import { mayReceiveData, type Asker } from './routing/may-receive-data.ts';
import { previewCall } from './preview-call.ts';
import { openParent, type Parent, type ParentCall } from './open-parent.ts';
import { runCall } from './pipeline.ts';
import { whyBenched } from './deployments/why-benched.ts';
import type { EngineMemory } from './engine-memory.ts';

import type { EngineContext, EngineParts } from './context.ts';

export interface Engine {
  /**
   * Sends one call down the whole pipeline. Resolves with the reply's head, its content still streaming.
   * @throws ConclaveError for whatever fails before the first content.
   */
  run(call: Call): Promise<Reply>;
  /** Decides about a call without making it. @throws ConclaveError where it could go nowhere. */
  preview(call: Call): Promise<Preview>;
  /** Reserves once for several calls that are about to be made with its reservation. */
  openParent(parent: ParentCall): Promise<Parent>;
  readonly health: DeploymentHealth;
  readonly stats: Stats;
  /** Every deployment that has been asked, as it stands now. */
  deployments(): (DeploymentReport & DeploymentStats & { readonly id: string })[];
  /** Why a model would now be asked last; `undefined` where it would not. */
  whyBenched(model: Model): string | undefined;
  /** Whether the rules of key, tags and config let anything of this asker's go to a model. */
  maySee(model: Model, asker: Asker): boolean;
}

/** The one road: every model call in Conclave goes through the engine made here. */
export function createEngine(parts: EngineParts, memory: EngineMemory): Engine {
  const context: EngineContext = { ...parts, ...memory, run: (call) => runCall(context, call) };
  return {
    run: context.run,
    preview: (call) => previewCall(context, call),
    openParent: (parent) => openParent(context, parent),
    health: context.health,
    stats: context.stats,
    deployments: () => {
      const load = new Map(context.health.used().map((one) => [one.id, context.load.of(one)]));
      return [...context.health.entries()].map(([id, report]) => ({
        id,
        ...report,
        inFlight: 0,
        ...load.get(id),
      }));
    },
    whyBenched: (model) => whyBenched(context, model),
    maySee: (model, asker) => mayReceiveData(context, model, asker),
  };
}
