import type { Model } from '../../core/model.ts';
import type { Candidate } from '../../core/deployment.ts';

/** The candidates that calls can go to. */
export type KnownCandidates = {
  /** Every place of every model, each with its own price. */
  readonly candidates: readonly Candidate[];
  /** Each model once, as at its first place. */
  readonly models: readonly Model[];
  /** Includes retired models, which are no longer chosen but can still be named. */
  readonly byId: ReadonlyMap<string, Model>;
};

export function knownCandidates(
  candidates: readonly Candidate[],
  retired: readonly Model[],
): KnownCandidates {
  const current = new Map<string, Model>();
  for (const { model } of candidates) if (!current.has(model.id)) current.set(model.id, model);
  const byId = new Map([...retired.map((model) => [model.id, model] as const), ...current]);
  return { candidates, models: [...current.values()], byId };
}

/** Returns the candidates without the missing models and with changed prices. */
export function changedCandidates(
  { candidates, byId }: KnownCandidates,
  isThere: (model: Model) => boolean,
  priced: (model: Model) => Model,
): KnownCandidates {
  const left = candidates.filter(({ model }) => isThere(model));
  return knownCandidates(
    left.map((candidate) => ({ ...candidate, model: priced(candidate.model) })),
    [...byId.values()].filter(isThere).map(priced),
  );
}
