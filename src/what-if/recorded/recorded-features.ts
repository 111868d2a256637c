import type { Capability } from '../../core/model.ts';
import { completionTokens, promptTokens } from '../../core/money/usage.ts';
import { hasTag } from '../../core/names/has-tag.ts';
import type { RequestFeatures, TokenBounds } from '../../core/routing/request/request-features.ts';
import type { KeyRouting, RoutingMode } from '../../core/routing/preferences/routing-preferences.ts';
import { withKeyRouting } from '../../core/routing/preferences/with-key-routing.ts';
import { answerScale } from './answer-scale.ts';
import { defined } from '../../core/json/defined.ts';
import { virtualModel } from '../../core/routing/preferences/virtual-model.ts';
import type { CallRow } from '../../core/stores/ledger.ts';
import { isTaskType } from '../../core/task.ts';
import type { Tokens } from '../../core/units.ts';
import type { World } from '../world/world.ts';

/** Overrides config and key. If empty, they apply as they are, also to calls that named their model. */
export type Forced = { readonly policy?: string; readonly mode?: RoutingMode; readonly quality?: number };

/** The fields of a row that features are derived from. */
type FeaturedRow = Pick<
  CallRow,
  | 'requestedModel'
  | 'model'
  | 'decision'
  | 'task'
  | 'difficulty'
  | 'usage'
  | 'stream'
  | 'tags'
  | 'startedAt'
  | 'tool'
  | 'keyId'
  | 'keyName'
>;

/** Derives the features of a recorded call; its prompt is not kept. */
export function featuresOf(
  row: FeaturedRow,
  world: Pick<World, 'keyOf' | 'preferences' | 'answerLengths'>,
  forced?: Forced,
): RequestFeatures {
  const virtual = virtualModel(row.requestedModel);
  const wishes = row.decision?.wishes;
  const tier = wishes?.tier ?? virtual?.tier;
  const policy = forced?.policy ?? virtual?.policy ?? wishes?.policy;
  const key = world.keyOf(row.keyId);
  const answers = wishes?.answers ?? 1;
  const answer = Math.round(completionTokens(row.usage) / answers);
  const scale = answerScale(row, world);
  const lengthOf = (model: string) => Math.round(answer * scale(model));
  return {
    at: row.startedAt,
    asked: {
      model: row.requestedModel,
      tier,
      localOnly:
        virtual?.localOnly === true ||
        wishes?.localOnly === true ||
        hasTag(row.tags, 'sensitive') ||
        hasTag(key?.tags ?? [], 'sensitive'),
      policy,
    },
    work: {
      task: isTaskType(row.task) ? row.task : undefined,
      isTaskNamed: wishes?.task !== undefined,
      difficulty: row.difficulty,
      tags: row.tags,
      tool: row.tool,
      isChecked: wishes?.isChecked === true,
    },
    request: { needs: needsOf(row), toolCount: 0, stream: row.stream, isTextOnly: false, isSpoken: false },
    size: {
      prompt: exactly(promptTokens(row.usage)),
      answer: exactly(answer),
      modelAnswers: {
        of: lengthOf,
        ofAll: (candidates) => candidates.map(({ model }) => lengthOf(model.id)),
        most: Infinity,
      },
      answers,
      images: 0,
      fillsWindow: false,
    },
    limits: {
      maxCostUsd: wishes?.maxCostUsd,
      maxLatencyMs: wishes?.maxLatencyMs,
      otherFamilyThan: wishes?.otherFamilyThan,
    },
    key: { id: row.keyId, name: row.keyName },
    preferences: withKeyRouting(withKeyRouting(world.preferences, key?.routing), goalsOf(forced)),
  };
}

/** The policy is among what was asked for. */
function goalsOf(forced: Forced | undefined): KeyRouting | undefined {
  return forced && defined({ mode: forced.mode, quality: forced.quality });
}

function exactly(tokens: Tokens): TokenBounds {
  return { expected: tokens, ceiling: tokens, reserved: tokens };
}

/** Rows of older versions show their needs only by their kind of work. */
function needsOf({ decision, task }: Pick<CallRow, 'decision' | 'task'>): readonly Capability[] {
  return decision?.needs ?? (task === 'vision' ? ['vision'] : []);
}
