import { z } from 'zod';
import { capabilities } from '../../model.ts';
import { taskTypes, tiers } from '../../task.ts';
import { type CallWishes, type RoutingDecision, filterRules } from './routing-decision.ts';
import type { Experiment } from '../plan/plan.ts';
import { providerSorts, retentionMembers } from '../preferences/provider-preferences.ts';

/** A call's part in learning, as stored. */
export const storedExperiment: z.ZodType<Experiment> = z.object({
  arm: z.enum(['learned', 'guard']),
  propensity: z.number(),
  explored: z.boolean(),
});

const storedWishes: z.ZodType<CallWishes> = z.object({
  task: z.enum(taskTypes).exactOptional(),
  policy: z.string().exactOptional(),
  tier: z.enum(tiers).exactOptional(),
  models: z.array(z.string()).exactOptional(),
  order: z.array(z.string()).exactOptional(),
  sort: z.enum(providerSorts).exactOptional(),
  only: z.array(z.string()).exactOptional(),
  ignore: z.array(z.string()).exactOptional(),
  maxPrice: z
    .object({
      prompt: z.number().exactOptional(),
      completion: z.number().exactOptional(),
      request: z.number().exactOptional(),
    })
    .exactOptional(),
  allowFallbacks: z.literal(false).exactOptional(),
  localOnly: z.literal(true).exactOptional(),
  noRetention: z.enum(retentionMembers).exactOptional(),
  maxCostUsd: z.number().exactOptional(),
  maxLatencyMs: z.number().exactOptional(),
  otherFamilyThan: z.array(z.string()).exactOptional(),
  answers: z.number().exactOptional(),
  isChecked: z.literal(true).exactOptional(),
});

/** A routing decision, as stored with its ledger row. */
export const storedDecision: z.ZodType<RoutingDecision> = z.object({
  policy: z.string(),
  reason: z.string(),
  ranked: z.array(
    z.object({
      model: z.string(),
      deployment: z.string(),
      estimateNanoUsd: z.number().exactOptional(),
      chance: z.number().exactOptional(),
      promptShift: z.number().exactOptional(),
    }),
  ),
  ruledOut: z.array(z.object({ model: z.string(), rule: z.enum(filterRules), reason: z.string() })),
  experiment: storedExperiment.exactOptional(),
  needs: z.array(z.enum(capabilities)).exactOptional(),
  wishes: storedWishes.exactOptional(),
  ruledOutMore: z.number().exactOptional(),
});
