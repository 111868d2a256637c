import type { Candidate } from '../../../core/deployment.ts';
import type { ReadTokens } from '../../../core/money/expected-prompt.ts';
import type { DeploymentMemory } from '../deployment-memory.ts';
import { limitText } from '../capacity/no-capacity.ts';

type Skipping = {
  /** In the plan's order. */
  readonly planned: readonly Candidate[];
  readonly taken: Candidate;
  readonly tokensOf: ReadTokens;
};

/** Explains for each model that precedes the one taken in the plan why it was skipped. */
export function skippedWarning(
  engine: Pick<DeploymentMemory, 'health' | 'load'>,
  { planned, taken, tokensOf }: Skipping,
): string[] {
  const at = planned.findIndex(({ model }) => model.id === taken.model.id);
  if (at === 0) return [];
  const before = new Map(planned.slice(0, at).map((candidate) => [candidate.model.id, candidate]));
  return [...before.values()].flatMap((candidate) => {
    const why = whyNotNow(engine, candidate, tokensOf);
    return why === undefined ? [] : [`${candidate.model.id} ${why}, so ${taken.model.id} is asked`];
  });
}

function whyNotNow(
  { health, load }: Pick<DeploymentMemory, 'health' | 'load'>,
  candidate: Candidate,
  tokensOf: ReadTokens,
): string | undefined {
  const { deployment } = candidate;
  if (health.isBenched(deployment)) return 'is benched after failures';
  const tokens = tokensOf(candidate);
  const full = load.full(deployment, tokens);
  if (full) return `has no capacity (${limitText(full)})`;
  return load.spent(deployment, tokens) ? 'has no capacity (its provider reports so)' : undefined;
}
