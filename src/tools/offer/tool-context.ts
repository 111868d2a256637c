import type { Answer, ExpectedQuestion, ParentQuestion, Question } from '../../engine/ask.ts';
import type { Asker } from '../../engine/routing/data/may-receive-data.ts';
import type { Parent } from '../../engine/open-parent.ts';
import type { Model } from '../../core/model.ts';
import type { ProviderPreferences } from '../../core/routing/preferences/provider-preferences.ts';
import { whereDataMayGo } from '../../core/routing/preferences/where-data-may-go.ts';
import { modelPicker, type ModelPickerServices } from './model-picker.ts';
import { runProgress } from './run-progress.ts';
import type { ToolContext, ToolExpected, ToolQuestion } from './tool.ts';

/** The caller of a tool and its surroundings. */
export type ToolCaller = Pick<
  ToolContext,
  'principal' | 'surface' | 'signal' | 'roots' | 'progress' | 'callerFamily'
> & {
  /** The trace of its calls. Default: a new one. */
  readonly traceId?: string;
  /** Tags for every call of the tool: models that they exclude are excluded here too. */
  readonly tags?: readonly string[];
  /** The caller's choice of providers: every call of the tool keeps to what it says about data. */
  readonly providerPreferences?: ProviderPreferences;
};

/** The services that the composition root provides to every tool. */
export type ToolServices = Pick<
  ToolContext,
  'prompts' | 'catalogue' | 'ledger' | 'threads' | 'whyBenched' | 'redact' | 'now'
> &
  Omit<ModelPickerServices, 'catalogue' | 'may'> & {
    readonly maySee: (model: Model, asker: Asker) => boolean;
    /** Who may see a question's data, for everything that is asked on its behalf. */
    readonly boundsOf: (question: Question) => ProviderPreferences | undefined;
    readonly ask: (question: Question) => Promise<Answer>;
    readonly canServe: (expected: ExpectedQuestion) => Promise<boolean>;
    readonly openParent: (parent: ParentQuestion) => Promise<Parent>;
    readonly newId: (kind: 'trace' | 'thread') => string;
  };

/** Builds the context of one tool run. All its calls share one trace, and `caller.progress` reports each of them. */
export function toolContext(services: ToolServices, caller: ToolCaller): ToolContext {
  const { ask, canServe, openParent, newId, familyOrder, bestOfFamily, maySee, boundsOf, ...rest } = services;
  const { traceId = newId('trace'), tags = [], providerPreferences: wishes, ...given } = caller;
  const providerPreferences = whereDataMayGo(wishes);
  const { principal, surface, signal } = given;
  const { progress, follow } = runProgress(caller.progress);
  const ours = (question: ToolQuestion): Question => ({
    signal,
    traceId,
    ...question,
    tags: [...(question.tags ?? []), ...tags],
    principal,
    surface,
    ...(providerPreferences && { providerPreferences }),
  });
  const expectedHere = (one: ToolExpected): ExpectedQuestion => ({ ...one, question: ours(one.question) });
  return {
    ...rest,
    ...given,
    localOnly: providerPreferences?.localOnly === true,
    onLocalModels: () =>
      toolContext(services, { ...caller, traceId, providerPreferences: { ...wishes, localOnly: true } }),
    staysLocal: (model) =>
      boundsOf(ours({ request: { model, messages: [], stream: false } }))?.localOnly === true,
    progress,
    // A tool with a single call finds warnings in its outcome.
    warn: () => undefined,
    newId,
    picker: modelPicker({
      catalogue: services.catalogue,
      may: (model) => maySee(model, { principal, tags, providerPreferences }),
      familyOrder,
      bestOfFamily,
    }),
    ask: (question) => follow(question, () => ask(ours(question))),
    canServe: (one) => canServe(expectedHere(one)),
    openParent: ({ tool, task, serves, expected }) =>
      openParent({
        principal,
        surface,
        traceId,
        tool,
        tags,
        ...(task && { task }),
        ...(serves !== undefined && { serves }),
        expected: expected.map(expectedHere),
      }),
  };
}
