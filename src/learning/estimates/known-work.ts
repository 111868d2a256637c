import type { Model } from '../../core/model.ts';
import type { QualityEstimates, SuccessWorths } from '../../core/routing/quality/quality-estimates.ts';
import type { KindOfWork } from '../../core/routing/request/request-features.ts';
import type { Candidate } from '../../core/deployment.ts';
import { projectTag } from '../../core/names/project-tag.ts';
import { rememberLatest } from '../../core/memories/remember-latest.ts';
import { priorParts } from '../../core/routing/quality/success-prior.ts';
import type { TaskType } from '../../core/task.ts';
import type { Ms } from '../../core/units.ts';
import type { Estimate, OnlineLearner } from '../outcomes/online-learner.ts';

/** Estimates of models at one kind of work, computed once per model. */
export type ModelEstimates = { of(model: Model): Estimate };

/** Caches what is known of models at kinds of work, until something new is learned. */
export interface KnownWork {
  /** Without `keyId`: of no particular key. */
  at(work: KindOfWork, keyId?: string): KnownKind;
  /** Drops all cached estimates after something was learned. */
  clear(): void;
}

export type KnownKind = ModelEstimates & {
  readonly task: TaskType | undefined;
  readonly quality: QualityEstimates & OfAll;
};

type OfAll = Required<Pick<QualityEstimates, 'ofAll'>>;

/** How many kinds of work are cached: about six megabytes with a hundred models. */
const maxKinds = 500;

/** Stands for all keys without outcomes, which share their estimates. No real key has this id. */
const anyOther = '-';

/**
 * Creates the cache of what `learner` and `worths` return, at the time `asOf` (default: of the latest outcome). All of
 * them may change with `clear`.
 */
export function knownWork(
  learner: () => OnlineLearner,
  worths: () => SuccessWorths | undefined = () => undefined,
  asOf: () => Ms | undefined = () => undefined,
): KnownWork {
  const remembered = new Map<string, KnownFor & KnownKind>();
  let latest: (KnownFor & KnownKind) | undefined;

  function at({ task, difficulty, tags }: KindOfWork, keyId: string | undefined): KnownKind {
    const key = keyId === undefined || learner().hasOutcomesOf(keyId) ? keyId : anyOther;
    // Steps of a twentieth: finer than a guess can be, and coarse enough for the cache.
    const step = difficulty === undefined ? undefined : Math.round(difficulty * 20);
    const tag = projectTag(tags);
    // A decision looks up its call twice.
    if (latest && latest.key === key && latest.task === task && latest.tag === tag && latest.step === step)
      return latest;
    const name = `${key ?? ''}\n${task ?? ''}\n${tag ?? ''}\n${step ?? ''}`;
    latest = remembered.get(name);
    if (latest) return latest;
    latest = knownFor({ key, task, tag, step });
    rememberLatest(remembered, name, latest, maxKinds);
    return latest;
  }

  function knownFor(work: KnownFor): KnownFor & KnownKind {
    const { key, task, tag, step } = work;
    const byModel = new Map<string, Estimate>();
    const readAt = asOf();
    const of = (model: Model) => {
      let estimate = byModel.get(model.id);
      if (estimate === undefined) {
        const start = priorParts(model, task, step === undefined ? undefined : step / 20);
        const subject = {
          model: model.id,
          ...start,
          ...(task && { task }),
          ...(tag && { tag }),
          ...(key && { keyId: key }),
          ...(readAt !== undefined && { at: readAt }),
        };
        byModel.set(model.id, (estimate = learner().estimate(subject)));
      }
      return estimate;
    };
    return { ...work, of, quality: chancesBy(of, worths()) };
  }

  return {
    at,
    clear() {
      remembered.clear();
      latest = undefined;
    },
  };
}

type KnownFor = {
  readonly key: string | undefined;
  readonly task: TaskType | undefined;
  readonly tag: string | undefined;
  readonly step: number | undefined;
};

/** Reduces estimates to chances. Those of a list are computed once, until another list is requested. */
function chancesBy(of: ModelEstimates['of'], worths: SuccessWorths | undefined): KnownKind['quality'] {
  let list: readonly Candidate[] | undefined;
  let chances = new Float64Array(0);
  return {
    worths,
    of: (model) => of(model).mean,
    ofAll(candidates) {
      if (candidates === list) return chances;
      list = candidates;
      chances = new Float64Array(candidates.length);
      for (const [at, { model }] of candidates.entries()) chances[at] = of(model).mean;
      return chances;
    },
  };
}
