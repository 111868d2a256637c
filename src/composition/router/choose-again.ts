import { ConclaveError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import type { Candidate } from '../../core/deployment.ts';
import {
  candidateModels,
  substitution,
  type ChoosingServices,
} from '../../engine/routing/choice/candidate-models.ts';
import { choosePlan } from '../../engine/routing/plan/choose-plan.ts';
import { choiceOf } from '../../engine/routing/choice/choice-of.ts';
import type { Router } from '../../engine/services.ts';
import type { World } from '../../what-if/world/world.ts';

/** Chooses for recorded calls with the engine's own rules: names, pins, lists and fallbacks, policies, ceilings. */
export function chooseAgain(engine: ChoosingServices & Pick<Router, 'policyFor'>): World['choose'] {
  const isKnown = (name: string) => readable(() => engine.catalogue.resolve(name)) !== undefined;
  return (asked, { features, fit, stats }) => {
    const question = readable(() => {
      const known = { ...asked, ...(asked.models && { models: asked.models.filter(isKnown) }) };
      const choice = choiceOf(engine, known);
      return { choice, models: candidateModels(engine, known, choice) };
    });
    if (!question) return undefined;
    const { choice } = question;
    const { providerPreferences } = asked;
    // Most calls may go to any model: their lists stay as they are.
    const isListed = question.models !== engine.catalogue.models();
    const fits = ({ id }: Model) => fit.some(({ model }) => model.id === id);
    const isAble = choice.kind === 'open' || fits(choice.model);
    const instead = isAble ? undefined : substitution(engine, asked, choice)?.chain(fits);
    const models = instead ?? question.models;
    const left = isListed ? inOrderOf(models, fit) : fit;
    if (left.length === 0) return undefined;
    const considered = isListed ? among(models, features.considered) : features.considered;
    const chosen = { choice, features: { ...features, considered }, fit: left, providerPreferences };
    return choosePlan({ ...engine, stats }, chosen).plan;
  };
}

function among(models: readonly Model[], considered: readonly Model[] = []): readonly Model[] {
  const ids = new Set(models.map(({ id }) => id));
  return considered.filter(({ id }) => ids.has(id));
}

function inOrderOf(models: readonly Model[], candidates: readonly Candidate[]): readonly Candidate[] {
  return models.flatMap(({ id }) => candidates.filter(({ model }) => model.id === id));
}

/** A name of a recorded call may mean nothing by now. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConclaveError) return undefined;
    throw error;
  }
}
