import type { Config } from '../../config/schema/config-schema.ts';
import type { Catalogue } from '../../core/catalogue.ts';
import type { Preview } from '../../core/routing/decision/preview.ts';
import { callOf, type Question } from '../../engine/ask.ts';
import type { Engine } from '../../engine/engine.ts';
import type { LearnedRouting } from '../../learning/estimates/learned-routing.ts';
import type { Foundation } from '../foundation/foundation.ts';
import { giveFeedback, type Feedback } from '../../learning/outcomes/give-feedback.ts';
import { priorParts } from '../../core/routing/quality/success-prior.ts';
import { isTaskType } from '../../core/task.ts';
import type { QualityChange } from '../../learning/outcomes/snapshot-changes.ts';
import { openWhatIf, type WhatIf } from './open-what-if.ts';
import type { WorldServices } from './routing-snapshot.ts';
import { trainRouter, type RouterTraining } from './train-router.ts';

/** How calls are routed, and what the router learns from them. */
export type AppRouter = {
  /** What the router learned, and its versions. */
  readonly learned: LearnedRouting;
  /**
   * How models' chances at work of medium difficulty changed from one version (to another, or to the present state),
   * greatest changes first.
   */
  compare(before: number, after: number | undefined): Promise<QualityChange[]>;
  /**
   * Learns from the ledger's own calls to guess tasks, how each model fares with which prompts, and what a success may
   * cost; `since` as in `conclave costs`.
   */
  train(options: { readonly since?: string | undefined }): Promise<RouterTraining>;
  /** Previews where a call of this machine's own user would go now. @throws ConclaveError as the call itself would. */
  preview(question: Omit<Question, 'principal'>): Promise<Preview>;
  /** Replays of past calls under other conditions, and advice about routing. */
  readonly whatIf: WhatIf;
  /** Records a caller's feedback on an answer; the router learns from it. */
  feedback(rating: Feedback): Promise<void>;
};

type Services = {
  readonly config: Config;
  readonly catalogue: Catalogue;
  readonly engine: Engine;
  readonly deploymentsOf: WorldServices['deploymentsOf'];
};

export function appRouter(
  { store, home, learned, localPrincipal, newId }: Foundation,
  { config, catalogue, engine, deploymentsOf }: Services,
): AppRouter {
  return {
    learned,
    compare: (before, after) =>
      learned.versions.compare({ before, after }, (id, task) => {
        const model = catalogue.get(id) ?? { strengths: [], weaknesses: [] };
        return priorParts(model, isTaskType(task) ? task : undefined);
      }),
    train: ({ since }) =>
      trainRouter({ store: store.router, home, learned, models: catalogue }, { since, now: Date.now() }),
    async preview(question) {
      await learned.refresh();
      return engine.preview(callOf({ ...question, principal: await localPrincipal() }, newId));
    },
    whatIf: openWhatIf({
      catalogue,
      config,
      ledger: store.ledger,
      keys: store.keys,
      deploymentsOf,
      learned,
      now: Date.now,
    }),
    async feedback(rating) {
      await giveFeedback(store.ledger, rating, Date.now());
      await learned.refresh();
    },
  };
}
