import type { Model } from '../core/model.ts';
import type { Candidate } from '../core/provider.ts';

/** Whom calls can go to. */
export type AskableCandidates = {
  /** Every place of every model, each at what it charges. */
  readonly candidates: readonly Candidate[];
  /** Each model once, as its first place has it. */
  readonly models: readonly Model[];
  /** Also those that nobody would choose any more, and that can still be asked by name. */
  readonly byId: ReadonlyMap<string, Model>;
};

export function candidatesOf(candidates: readonly Candidate[], retired: readonly Model[]): AskableCandidates {
  const current = new Map<string, Model>();
  for (const { model } of candidates) if (!current.has(model.id)) current.set(model.id, model);
  const byId = new Map([...retired.map((model) => [model.id, model] as const), ...current]);
  return { candidates, models: [...current.values()], byId };
}

/** The same places where some models are not there and others cost something else. */
export function changedCandidates(
  { candidates, byId }: AskableCandidates,
  isThere: (model: Model) => boolean,
  priced: (model: Model) => Model,
): AskableCandidates {
  const left = candidates.filter(({ model }) => isThere(model));
  return candidatesOf(
    left.map((candidate) => ({ ...candidate, model: priced(candidate.model) })),
    [...byId.values()].filter(isThere).map(priced),
  );
}
