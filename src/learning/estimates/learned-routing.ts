import type { QualityEstimates } from '../../core/routing/quality/quality-estimates.ts';
import type { KindOfWork } from '../../core/routing/request/request-features.ts';
import type { RouterStore } from '../../core/stores/router-store.ts';
import type { Ms } from '../../core/units.ts';
import type { PromptResidual } from '../models/prompt-residual.ts';
import type { FoundWorths } from '../models/success-worths.ts';
import { FollowedHistory } from '../outcomes/followed-history.ts';
import type { RouterHistory } from '../outcomes/router-history.ts';
import type { RouterState } from '../outcomes/router-state.ts';
import { backgroundRefresh } from './background-refresh.ts';
import { knownWork, type ModelEstimates } from './known-work.ts';
import { type PromptEstimates, promptEstimates } from './prompt-estimates.ts';
import { routerVersions, type RouterVersions } from './router-versions.ts';

/** What the router learned, as known to this process: what calls are routed by. */
export interface LearnedRouting {
  /** P(success) of models at the call's kind of work. Looks for news in the background. */
  qualityOf(work: KindOfWork, keyId?: string): QualityEstimates;
  /** Like `qualityOf`, with the uncertainty of each estimate. */
  estimatesOf(work: KindOfWork, keyId?: string): ModelEstimates;
  readonly state: RouterState;
  /**
   * The time for which estimates are made: outcomes fade until then. The present, or while a version is pinned the time
   * of its latest outcome, so that a pinned version stays as it is.
   */
  readonly asOf: Ms;
  /** How often answers with a chance computed by a cascade are right. */
  calibrated(chance: number): number;
  /** Says whether calls go to simulated models; their outcomes and those of real models are learned apart. */
  simulate(isSimulated: boolean): void;
  readonly isSimulated: boolean;
  /** What the words of a prompt add to the chances, if a training has found something. */
  readonly residual: PromptResidual | undefined;
  /** What a success may cost, if a training has found it. */
  readonly worths: FoundWorths | undefined;
  /** Reads new outcomes, of this and other processes. */
  refresh(): Promise<void>;
  /** Whether a call may be routed without a `look`. */
  readonly isRecent: boolean;
  /**
   * The refresh that a call waits for after a start or a rest: a version that was pinned meanwhile applies to it. If it
   * takes too long or fails, the call goes on without it.
   */
  look(): Promise<void>;
  /** The versions of it that all processes share. */
  readonly versions: RouterVersions;
}

type Options = {
  readonly store: RouterStore;
  readonly now: () => Ms;
  readonly warn: (message: string) => void;
  /** The maximum age of this process's knowledge. Default 5 s. */
  readonly refreshMs?: Ms;
  /**
   * How long the first call may wait for the stored knowledge. Default 2 s: a ledger without a snapshot is read from
   * its beginning.
   */
  readonly firstLookMs?: Ms;
  /** How long a call after a rest may wait for what was learned or pinned meanwhile. Default 250 ms. */
  readonly lookMs?: Ms;
};

/** In this time outcomes fade by one or two percent. */
const noticeableMs: Ms = 12 * 3_600_000;

/** Creates the learned routing. It reads nothing yet: the first look happens at the first call that is routed by it. */
export function learnedRouting({
  store,
  now,
  warn,
  refreshMs = 5_000,
  firstLookMs = 2_000,
  lookMs = 250,
}: Options): LearnedRouting {
  const followed = new FollowedHistory({ store, now, warn });
  let isSimulated = false;
  const stateOf = ({ state, simulated }: RouterHistory) => (isSimulated ? simulated : state);
  let asOf = now();
  const known = knownWork(
    () => stateOf(followed.history).learner,
    () => followed.history.worths,
    () => asOf,
  );
  let prompts: ReturnType<typeof promptEstimates> | undefined;
  const background = backgroundRefresh({
    read: catchUp,
    now,
    maxAgeMs: refreshMs,
    firstLookMs,
    lookMs,
    onFailure: (error) => warn(`what the router learned cannot be read: ${String(error)}`),
    onLate: () =>
      warn(
        `what the router learned is still being read after ${firstLookMs} ms: until then calls go by priors`,
      ),
  });
  const { refresh } = background;

  /**
   * If nothing was learned, cached estimates stay until outcomes have faded noticeably: computing them again takes longer
   * than a decision.
   */
  async function catchUp(): Promise<void> {
    const before = followed.revision;
    try {
      await followed.catchUp();
    } finally {
      const time = followed.isPinned ? followed.readUpTo : now();
      if (followed.revision !== before || Math.abs(time - asOf) >= noticeableMs) {
        asOf = time;
        known.clear();
        const { residual } = followed.history;
        prompts = residual && promptEstimates(residual);
      }
    }
  }

  function estimatesOf(work: KindOfWork, keyId: string | undefined): PromptEstimates {
    const kind = known.at(work, keyId);
    return prompts && work.promptFeatures ? prompts(kind, work.promptFeatures) : kind;
  }

  return {
    qualityOf(work, keyId) {
      background.refreshIfStale();
      return estimatesOf(work, keyId).quality;
    },
    estimatesOf,
    get state() {
      return stateOf(followed.history);
    },
    get asOf() {
      return asOf;
    },
    calibrated: (chance) => stateOf(followed.history).calibration.calibrated(chance, asOf),
    get isSimulated() {
      return isSimulated;
    },
    simulate(is) {
      isSimulated = is;
      known.clear();
    },
    get residual() {
      return followed.history.residual;
    },
    get worths() {
      return followed.history.worths;
    },
    refresh,
    get isRecent() {
      return background.isRecent;
    },
    look: background.look,
    versions: routerVersions({ store, now, warn, followed, refresh, stateOf }),
  };
}
