import type { Model } from '../../core/model.ts';
import type { KindOfWork, QualityEstimates, SuccessWorths } from '../../core/routing/quality-estimates.ts';
import type { Candidate } from '../../core/provider.ts';
import { rememberLatest } from '../../core/memories/remember-latest.ts';
import { priorParts } from '../../core/routing/success-prior.ts';
import type { TaskType } from '../../core/task.ts';
import type { Estimate, OnlineLearner } from '../outcomes/online-learner.ts';
import { projectTag } from '../outcomes/router-state.ts';

/** What to expect of models at one kind of work, looked up once for each. */
export type ModelEstimates = { of(model: Model): Estimate };

/** What is known of models at kinds of work, until something is learned. */
export interface KnownWork {
  at(work: KindOfWork): KnownKind;
  /** Something was learned: all is found out anew. */
  clear(): void;
}

export type KnownKind = ModelEstimates & {
  readonly task: TaskType | undefined;
  readonly quality: QualityEstimates & OfAll;
};

type OfAll = Required<Pick<QualityEstimates, 'ofAll'>>;

/** Kinds of work that are known at a time: some six megabytes among a hundred models. */
const mostKinds = 500;

/** Nothing was heard of any of these, so all are told the same. No key has this id. */
const anyOther = '-';

/** Remembers what `learner` and `worths` say at the time, which may be others after `clear`. */
export function knownWork(
  learner: () => OnlineLearner,
  worths: () => SuccessWorths | undefined = () => undefined,
): KnownWork {
  const remembered = new Map<string, KnownFor & KnownKind>();
  let latest: (KnownFor & KnownKind) | undefined;

  function at({ keyId, task, difficulty, tags }: KindOfWork): KnownKind {
    const key = keyId === undefined || learner().hasHeard(keyId) ? keyId : anyOther;
    // In steps of a twentieth: finer than it can be guessed, and coarse enough to meet again.
    const step = difficulty === undefined ? undefined : Math.round(difficulty * 20);
    const tag = projectTag(tags);
    // A decision asks twice about its call.
    if (latest && latest.key === key && latest.task === task && latest.tag === tag && latest.step === step)
      return latest;
    const name = `${key ?? ''}\n${task ?? ''}\n${tag ?? ''}\n${step ?? ''}`;
    latest = remembered.get(name);
    if (latest) return latest;
    latest = knownFor({ key, task, tag, step });
    rememberLatest(remembered, name, latest, mostKinds);
    return latest;
  }

  function knownFor(work: KnownFor): KnownFor & KnownKind {
    const { key, task, tag, step } = work;
    const byModel = new Map<string, Estimate>();
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

/** Estimates as chances alone. Those of a list are worked out once, while no other list is asked for. */
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
