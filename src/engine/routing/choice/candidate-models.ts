import type { ChoosableCall } from '../../../core/routing/request/choosable-call.ts';
import { ConclaveError } from '../../../core/errors.ts';
import type { Model } from '../../../core/model.ts';
import type { SettingsOf } from '../../services.ts';
import type { ModelChoice } from '../../route.ts';
import {
  chainWithSubstitute,
  fallbackChain,
  possibleSubstitutes,
  type ChainServices,
} from './fallback-chain.ts';

/** What is needed to find out which models a call may go to. */
export type ChoosingServices = ChainServices & SettingsOf<'preferences'>;

/**
 * Returns the models that a call may go to, in order. The caller's own list replaces every fallback chain of ours; for
 * an open choice, the list is what may be chosen from.
 */
export function candidateModels(
  engine: ChainServices,
  call: ChoosableCall,
  choice: ModelChoice,
): readonly Model[] {
  const { request, providerPreferences } = call;
  if (request.embedding) return [embedder(call, choice)];
  const listed = listedModels(engine, call);
  if (choice.kind === 'open') return listed ?? engine.catalogue.models();
  if (listed) return [...new Set([choice.model, ...listed])];
  return providerPreferences?.allowFallbacks === false ? [choice.model] : fallbackChain(engine, choice);
}

/**
 * Returns how other models than the usual ones may answer for the model that a call names, if that one cannot.
 * `undefined`: none may.
 */
export function substitution(
  engine: ChainServices,
  { request, models, providerPreferences }: ChoosableCall,
  choice: ModelChoice,
): Substitution | undefined {
  if (choice.kind === 'open' || models || request.embedding) return undefined;
  if (providerPreferences?.allowFallbacks === false) return undefined;
  const possible = possibleSubstitutes(engine, choice);
  return possible && { possible, chain: (fits) => chainWithSubstitute(engine, choice, fits) };
}

export type Substitution = {
  readonly possible: readonly Model[];
  /** Returns the models that the call may go to instead; `undefined`: the same as before. */
  readonly chain: (fits: (model: Model) => boolean) => readonly Model[] | undefined;
};

/** Embeddings of different models cannot be compared: the caller must name the model, and no other replaces it. */
function embedder({ request, models }: ChoosableCall, choice: ModelChoice): Model {
  if (models) {
    const message =
      'Embeddings of different models cannot be compared, so "models" is not supported: name one "model".';
    throw new ConclaveError('invalid_request', message, { param: 'models' });
  }
  if (choice.kind === 'named') return choice.model;
  throw new ConclaveError(
    'invalid_request',
    `"${request.model}" cannot choose a model for embeddings, because vectors of different models cannot be compared; name one.`,
    { param: 'model' },
  );
}

function listedModels({ catalogue }: ChainServices, { models, raw }: ChoosableCall): Model[] | undefined {
  return models?.flatMap((name, at) => {
    try {
      const resolution = catalogue.resolve(name, raw?.dialect);
      if (resolution.kind === 'model') return resolution.model;
      return catalogue.models().filter(({ local }) => local || !resolution.localOnly);
    } catch (error) {
      if (!(error instanceof ConclaveError)) throw error;
      throw error.with({ param: `models.${at}` });
    }
  });
}
