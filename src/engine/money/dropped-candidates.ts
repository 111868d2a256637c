import type { Candidate } from '../../core/deployment.ts';
import type { Plan } from '../../core/routing/plan/plan.ts';
import { planPath } from '../../core/routing/plan/plan-path.ts';
import { plannedCandidates } from '../../core/routing/plan/planned-candidates.ts';
import type { RoutingDecision } from '../../core/routing/decision/routing-decision.ts';

/** A plan that lost candidates. */
export type Narrowing = {
  readonly before: Plan;
  readonly after: Plan;
  /** To follow the name of a model in a sentence. */
  readonly why: string;
};

type Dropped = {
  readonly models: readonly string[];
  /** Those of them that would have been asked first, in their steps. */
  readonly leaders: readonly string[];
  /** The dropped deployments of models that are kept. */
  readonly deployments: readonly Candidate[];
};

/** Returns what a plan lost. */
export function dropped({ before, after }: Narrowing): Dropped {
  const kept = plannedCandidates(after);
  const left = new Set(kept.map(({ model }) => model.id));
  const leftDeployments = new Set(kept.map(({ deployment }) => deployment.id));
  const planned = plannedCandidates(before);
  const leaders = before.steps.flatMap(({ candidates }) => candidates[0]?.model.id ?? []);
  const deployments = planned.filter(
    ({ model, deployment }) => left.has(model.id) && !leftDeployments.has(deployment.id),
  );
  const isGone = (id: string) => !left.has(id);
  return {
    models: [...new Set(planned.map(({ model }) => model.id))].filter(isGone),
    leaders: [...new Set(leaders)].filter(isGone),
    deployments: [...new Map(deployments.map((one) => [one.deployment.id, one])).values()],
  };
}

/** The most dropped candidates that a decision names; the rest is only counted. */
const maxNamed = 12;

/** Returns the decision with the dropped candidates as ruled out. */
export function decisionWithout(decision: RoutingDecision, narrowing: Narrowing): RoutingDecision {
  const { after, why } = narrowing;
  const { models, leaders, deployments } = dropped(narrowing);
  const ruledOut = [
    ...models.map((model) => ({ model, rule: 'budget' as const, reason: `it ${why}` })),
    ...deployments.map(({ model, deployment }) => ({
      model: model.id,
      rule: 'budget' as const,
      reason: `its deployment ${deployment.id} ${why}`,
    })),
  ];
  const named = ruledOut.slice(0, maxNamed);
  const more = (decision.ruledOutMore ?? 0) + ruledOut.length - named.length;
  const gone = new Set(deployments.map(({ deployment }) => deployment.id));
  return {
    ...decision,
    ranked: decision.ranked.filter(
      ({ model, deployment }) => !models.includes(model) && !gone.has(deployment),
    ),
    ruledOut: [...decision.ruledOut, ...named],
    reason:
      leaders.length === 0
        ? decision.reason
        : `${decision.reason}; ${planPath(after)} instead, since ${leaders.join(' and ')} ${why}`,
    ...(more > 0 && { ruledOutMore: more }),
  };
}
