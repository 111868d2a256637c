import type { Candidate } from '../../core/deployment.ts';
import { inSlices } from '../../core/streams/in-slices.ts';
import type { Advice } from '../../core/routing/what-if.ts';
import { differenceInterval, qualityDifference } from '../sample/interval.ts';
import type { PaidCall } from '../sample/paid-calls.ts';
import { times, type Scale } from '../sample/scale.ts';
import { answeredAlone } from '../decisions/answered-by.ts';
import { asItWas } from '../decisions/as-it-was.ts';
import type { Decided } from '../decisions/decided.ts';
import { featuresOf } from '../recorded/recorded-features.ts';
import { fits } from '../decisions/could-serve.ts';
import type { World } from '../world/world.ts';

export type BestPin = NonNullable<Advice['bestPin']>;

/** Tasks with at least this share of the calls must be known. */
const mainTask = 0.05;

/** A single model may be this much worse than today's mix, one point, and still count as equally good. */
export const asGood = 0.01;
/**
 * The lower bound of its quality may be at most this much worse: a model about which less is known is not recommended.
 */
const atWorst = 0.1;

/**
 * Returns the cheapest model that could have served each of these calls and is expected to do as well overall, judged
 * by outcomes at such work or because it already gives such answers. A model without either at any of the main tasks is
 * not recommended: what it did at other work does not show that it can do this.
 */
export async function bestPin(
  calls: readonly PaidCall[],
  world: World,
  { money, share }: Pick<Scale, 'money' | 'share'>,
): Promise<BestPin | undefined> {
  const before = await Array.fromAsync(inSlices(calls), (row) => asItWas(row, world).quality);
  const least = before.reduce((sum, { mean }) => sum + mean, 0) / calls.length - asGood;
  const asWell: Pinned[] = [];
  for (const places of Map.groupBy(world.candidates, ({ model }) => model.id).values()) {
    const pin = await pinned(places, calls, world);
    if (pin?.isKnown && pin.quality >= least) asWell.push(pin);
  }
  for (const cheapest of asWell.toSorted((a, b) => a.nanoUsd - b.nanoUsd)) {
    const difference = qualityDifference(
      before.flatMap((known, at) => {
        const after = cheapest.answers[at]?.quality;
        return after ? [{ before: known, after }] : [];
      }),
      share,
    );
    if (difference.low < -atWorst) continue;
    const saved = differenceInterval(
      cheapest.answers.map(({ nanoUsd }, at) => nanoUsd - Number(calls[at]?.cost ?? 0)),
    );
    return {
      model: cheapest.model,
      nanoUsd: Math.round(cheapest.nanoUsd * money),
      quality: cheapest.quality,
      savedNanoUsd: times(saved, money),
      qualityDifference: difference,
    };
  }
  return undefined;
}

type Pinned = {
  readonly model: string;
  readonly nanoUsd: number;
  readonly quality: number;
  readonly answers: readonly Decided[];
  /** At each of the main tasks outcomes are known, or it answered some of the calls. */
  readonly isKnown: boolean;
};

/**
 * Answers each call at the first of the model's places that the call may use. A pinned model's calls need no
 * classification, so that cost is left out.
 */
async function pinned(
  places: readonly Candidate[],
  calls: readonly PaidCall[],
  world: World,
): Promise<Pinned | undefined> {
  const answers: Decided[] = [];
  const tasks = new Map<string | undefined, { calls: number; isKnown: boolean }>();
  for await (const row of inSlices(calls)) {
    const features = featuresOf(row, world);
    const place = places.find((candidate) => fits(candidate, row, features, world));
    const answer = place && answeredAlone(place.model, row, features, world);
    if (!answer) return undefined;
    answers.push(answer);
    const { task } = features.work;
    const known = tasks.get(task) ?? { calls: 0, isKnown: false };
    known.calls += 1;
    known.isKnown ||= row.model === answer.model.id || world.chance(answer.model, features).weightAtTask > 0;
    tasks.set(task, known);
  }
  const sum = (of: (answer: Decided) => number) => answers.reduce((total, answer) => total + of(answer), 0);
  return {
    model: places[0]?.model.id ?? '',
    nanoUsd: sum(({ nanoUsd }) => nanoUsd),
    quality: sum(({ quality }) => quality.mean) / calls.length,
    answers,
    isKnown: [...tasks.values()].every((task) => task.isKnown || task.calls < mainTask * calls.length),
  };
}
