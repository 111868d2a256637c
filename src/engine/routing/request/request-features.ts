import type { Call } from '../../../core/call.ts';
import type { Model } from '../../../core/model.ts';
import type { Conversation, RequestFeatures, Work } from '../../../core/routing/request/request-features.ts';
import { withKeyRouting } from '../../../core/routing/preferences/with-key-routing.ts';
import type { Tokens } from '../../../core/units.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import type { RoutingServices } from '../routing-services.ts';
import { answersAsked } from '../../../core/wire/answers-asked.ts';
import { mustStayLocal } from '../data/data-bounds.ts';
import { pinOf } from './pin-of.ts';
import { requestTraits } from './request-traits.ts';
import type { ResolvedCall } from '../choice/resolve-call.ts';

/** Everything that filters and policies may read of a call; `models` are those that it may go to. */
export function requestFeatures(
  engine: RoutingServices,
  { call, choice, size, userText, classification }: ResolvedCall,
  models: readonly Model[],
): RequestFeatures {
  const { request, limits, principal } = call;
  const isOpen = choice.kind === 'open';
  const { preferences, reserveOutputTokens } = engine.settings;
  const task = call.task ?? classification?.task;
  const most = request.maxOutputTokens ?? reserveOutputTokens;
  const predicted = predictedTokens(request);
  const traits = requestTraits(engine, { call, size });
  // Always all members: filters and policies read them a hundred times a call, and a single object shape per group
  // makes that fast.
  const work: Work = {
    task,
    isTaskNamed: call.task !== undefined,
    difficulty: call.difficulty ?? classification?.difficulty,
    tags: call.tags,
    tool: call.tool,
    isChecked: call.check !== undefined,
    prompt: userText?.text,
    promptFeatures: classification?.features.bytes,
  };
  return {
    at: engine.now(),
    asked: {
      model: request.model,
      tier: limits.tier ?? (isOpen ? choice.tier : undefined),
      localOnly: (isOpen && choice.localOnly) || mustStayLocal(call),
      policy: (isOpen ? choice.policy : undefined) ?? call.policy,
    },
    work,
    request: traits,
    size: {
      prompt: size.prompt,
      answer: {
        expected: Math.min(engine.answerLengths.of(task), most),
        ceiling: most + predicted,
        reserved: most + predicted,
      },
      modelAnswers: engine.answerLengths.at(task, most),
      answers: answersAsked(request),
      images: size.images,
      // Only a budget that refuses unknown prices, and the caller's own ceiling, promise to bound the bill.
      fillsWindow: size.hasReferences && (principal.boundedCost || limits.maxCostUsd !== undefined),
    },
    pin: pinOf(engine, { call, choice }, models),
    limits: {
      maxCostUsd: limits.maxCostUsd,
      sharedCeiling: call.sharedCeiling,
      maxLatencyMs: limits.maxLatencyMs,
      maxOutputTokens: request.maxOutputTokens,
      otherFamilyThan: limits.otherFamilyThan,
    },
    key: { id: principal.keyId, name: principal.name },
    preferences: withKeyRouting(preferences, principal.routing),
    quality: isOpen ? engine.qualityOf(work, principal.keyId) : undefined,
    considered: isOpen ? models : undefined,
    conversation: isOpen ? conversationOf(engine, call, models) : undefined,
  };
}

function conversationOf(
  { conversations }: Pick<RoutingServices, 'conversations'>,
  call: Call,
  models: readonly Model[],
): Conversation | undefined {
  const known = conversations.of(call);
  if (!known) return undefined;
  const { model, warmTokens, author } = known;
  return { model, warmTokens, authorFamily: models.find(({ id }) => id === author)?.family };
}

/** The most tokens of a predicted answer: those that the answer does not contain are billed as part of it. */
function predictedTokens({ extras }: ModelRequest): Tokens {
  return extras?.find((extra) => extra.predictedTokens !== undefined)?.predictedTokens ?? 0;
}
