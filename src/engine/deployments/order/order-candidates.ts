import type { BalanceSituation } from '../../../core/routing/plan/balance.ts';
import type { Candidate } from '../../../core/deployment.ts';
import {
  providerPlace,
  type ProviderPreferences,
} from '../../../core/routing/preferences/provider-preferences.ts';
import { affinityOf, homeOf } from './affinity.ts';
import type { Route } from '../../route.ts';
import type { ConversationMemory } from '../../memory/conversation-memory.ts';
import type { Randomness, SettingsOf } from '../../services.ts';
import type { DeploymentMemory } from '../deployment-memory.ts';
import { expectedPrompt } from '../../../core/money/expected-prompt.ts';
import { meritBy } from '../../../core/routing/plan/merit.ts';
import { sortedStrategy } from './sorted-strategy.ts';

/** What the order of deployments depends on. */
type Balancing = DeploymentMemory &
  Pick<ConversationMemory, 'thoughtMakers'> &
  Randomness &
  SettingsOf<'balance'>;

/**
 * Returns the candidates of one step in the order in which they are tried: models by the policy's order, the
 * deployments of one model by the configured strategy, as far as the caller's preferences leave it open. A conversation goes back to a deployment that can decrypt its
 * reasoning, and to where its prompt is cached. Full deployments come after those with capacity, benched ones last;
 * none is dropped.
 */
export function orderCandidates(
  engine: Balancing,
  { call, features }: Pick<Route, 'call' | 'features'>,
  candidates: readonly Candidate[],
): Candidate[] {
  if (candidates.length < 2) return [...candidates];
  const { at, size } = features;
  const inputTokens = size.prompt.expected;
  const outputTokens = size.answer.expected;
  const situation = { stats: engine.stats, random: engine.random, at, inputTokens, outputTokens };
  const thoughts = engine.thoughtMakers.thoughtsOf(call);
  const { sticky, strategy: configured } = engine.settings.balance;
  const sort = call.providerPreferences?.sort;
  const strategy =
    sort === undefined
      ? configured
      : sortedStrategy(configured, meritBy(sort, { features, stats: engine.stats }));
  const balanced = [...groupEquals(candidates, call.providerPreferences)].flatMap(([name, deployments]) => {
    if (deployments.length < 2) return deployments;
    const turn = engine.turns.next(name);
    const ordered = strategy.order(deployments, { ...situation, turn });
    const affinity = sticky ? affinityOf(call, inputTokens) : undefined;
    const homes = () => strategy.homes?.(deployments, { ...situation, turn }) ?? deployments;
    const home =
      affinity === undefined ? ordered : homeFirst(ordered, { homes: homes(), affinity, situation });
    return thoughts
      ? home.toSorted((a, b) => Number(thoughts.opensLatest(b)) - Number(thoughts.opensLatest(a)))
      : home;
  });
  return balanced
    .map((candidate) => ({ candidate, rank: rankOf(engine, candidate, expectedPrompt(candidate, features)) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ candidate }) => candidate);
}

/** Groups the deployments of each model that are equal to the policy and to the caller. */
function groupEquals(
  candidates: readonly Candidate[],
  preferences: ProviderPreferences | undefined,
): Map<string, Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const { model, deployment } = candidate;
    // A plan that puts a local model first does not mean its deployments elsewhere.
    const name = model.local ? `${model.id} at home` : model.id;
    const place = preferences ? providerPlace(deployment.provider.id, preferences) : 0;
    const key = place === 0 ? name : `${name} at place ${place}`;
    const group = groups.get(key);
    if (group) group.push(candidate);
    else groups.set(key, [candidate]);
  }
  return groups;
}

/** Consistent hashing with bounded loads: a cache hit is not worth a queue. */
const maxOverMean = 1.25;
const always = 4;

type Homes = {
  readonly homes: readonly Candidate[];
  readonly affinity: string;
  readonly situation: Pick<BalanceSituation, 'stats'>;
};

function homeFirst(
  ordered: readonly Candidate[],
  { homes, affinity, situation: { stats } }: Homes,
): Candidate[] {
  const loadOf = ({ deployment }: Candidate) => stats.of(deployment).inFlight / deployment.weight;
  const mean = homes.reduce((sum, candidate) => sum + loadOf(candidate), 0) / homes.length;
  const atHome = homeOf(
    homes.filter((one) => loadOf(one) < always + maxOverMean * mean),
    affinity,
  );
  return atHome ? [atHome, ...ordered.filter((other) => other !== atHome)] : [...ordered];
}

/** 0: healthy and with room; 1: healthy and full; 2: benched. */
function rankOf(
  { health, load }: Pick<DeploymentMemory, 'health' | 'load'>,
  { deployment }: Candidate,
  tokens: number,
): number {
  if (health.isBenched(deployment)) return 2;
  const full = load.full(deployment, tokens);
  return (full && !full.mayGrow) || load.spent(deployment, tokens) ? 1 : 0;
}
