import type { Candidate } from '../core/provider.ts';
import { usdFromNano } from '../core/units.ts';
import type { Advice, ReplayReport, TierReport } from '../core/routing/what-if.ts';
import { differenceInterval, qualityDifference } from './interval.ts';
import { times, type Scale } from './scale.ts';
import type { PaidCall } from './paid-calls.ts';
import { savedBy } from './shifts.ts';
import { answeredAlone, asItWas, type Decided, featuresOf, fits, type World } from './world.ts';

/** Below this nobody can say anything. */
const fewestCalls = 50;
/** A saving per month that is worth having something to look after. */
const worthwhileNanoUsd = 5e9;
/** Quality that one model may have less than today's mix and still pass for as good. */
const asGood = 0.005;
/** And may have less at worst: of whom less is known nobody is told to rely on it alone. */
const atWorst = 0.1;
const monthDays = 30;
/** Of a moment no month can be made: two minutes. */
const shortestDays = 2 / (24 * 60);

export type AdviceParts = {
  /** Those that were looked at. */
  readonly calls: readonly PaidCall[];
  readonly world: World;
  readonly scale: Scale;
  /** Between the first call of the report and now. */
  readonly days: number;
  readonly replay: ReplayReport;
  readonly tiers: TierReport;
};

/** Whether routing pays at this volume, and if not, which one model to pin. */
export function advise({ calls: looked, world, scale, days, replay, tiers }: AdviceParts): Advice {
  const { since, simulated, leftOut, gone, calls, lookedAt, before, premium } = replay;
  const perMonth = monthDays / Math.max(shortestDays, days);
  const today = Math.round(before.totalNanoUsd * perMonth);
  const facts = {
    since,
    calls,
    lookedAt,
    simulated,
    leftOut,
    gone,
    days,
    todayNanoUsd: today,
    quality: before.quality,
  };
  if (calls < fewestCalls) {
    const text = `${calls} calls are too few to say anything; come back at ${fewestCalls}.`;
    return { ...facts, advice: [{ about: 'volume', text }] };
  }
  const pin = bestPin(looked, world, before.quality.value - asGood, {
    ...scale,
    money: scale.money * perMonth,
  });
  return {
    ...facts,
    ...(pin && { bestPin: pin }),
    advice: [
      ...(pin
        ? [pinOrRoute(pin)]
        : [
            {
              about: 'route' as const,
              text: 'No single model could have served every call and is known to do as well as the mix of today: go on routing.',
            },
          ]),
      ...tierAdvice(tiers, perMonth),
      ...premiumAdvice(premium, perMonth),
      ...shortSample(calls, days),
    ],
  };
}

/** A week has its weekend in it. */
const fewestDays = 7;

function shortSample(calls: number, days: number): Advice['advice'] {
  if (days >= fewestDays) return [];
  const text = `A month is extrapolated from ${calls} calls in ${spanText(days)} here; another week may look different.`;
  return [{ about: 'volume', text }];
}

function spanText(days: number): string {
  const minutes = days * 24 * 60;
  if (minutes < 2) return 'two minutes or less';
  if (minutes < 120) return `${minutes.toFixed(0)} minutes`;
  return days < 2 ? `${(minutes / 60).toFixed(0)} hours` : `${days.toFixed(1)} days`;
}

type Pin = NonNullable<Advice['bestPin']>;

function pinOrRoute({ model, savedNanoUsd, qualityDifference }: Pin): Advice['advice'][number] {
  const { value: saved, low, high } = savedNanoUsd;
  const points = (share: number) => `${share < 0 ? '' : '+'}${(100 * share).toFixed(1)}`;
  const { value, low: worst, high: best } = qualityDifference;
  const asWell = `expected to do as well (${points(value)} points of quality, ${points(worst)} to ${points(best)})`;
  if (saved < worthwhileNanoUsd) {
    const what =
      saved > 0
        ? `saves ${dollars(saved)} a month (${dollars(low)} to ${dollars(high)})`
        : `costs ${dollars(-saved)} a month (${dollars(-high)} to ${dollars(-low)}) more than it saves`;
    return {
      about: 'pin',
      text: `At your volume routing ${what}: pin ${model} (routing.pin), which is ${asWell}.`,
    };
  }
  return {
    about: 'route',
    text: `Routing saves ${dollars(saved)} a month (${dollars(low)} to ${dollars(high)}) over ${model}, the cheapest single model that is ${asWell}: go on.`,
  };
}

/**
 * The cheapest model that could have served every call and is expected to do as well on the whole, by outcomes, or because it
 * gives these answers already. What nobody knows of is no advice.
 */
function bestPin(
  calls: readonly PaidCall[],
  world: World,
  quality: number,
  { money, share }: Scale,
): Pin | undefined {
  const served = [...Map.groupBy(world.candidates, ({ model }) => model.id).values()].flatMap(
    (places) => pinned(places, calls, world) ?? [],
  );
  const asWell = served.filter((pin) => pin.quality >= quality && pin.isKnown);
  for (const cheapest of asWell.toSorted((a, b) => a.nanoUsd - b.nanoUsd)) {
    const difference = qualityDifference(
      calls.flatMap((row, at) => {
        const after = cheapest.answers[at]?.quality;
        return after ? [{ before: asItWas(row, world).quality, after }] : [];
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
  /** Somebody judged its answers to such calls, or it gave some of these. */
  readonly isKnown: boolean;
};

/** At the first of its places that each call may use; of a pinned model's calls nobody asks what they are for. */
function pinned(places: readonly Candidate[], calls: readonly PaidCall[], world: World): Pinned | undefined {
  const answers: Decided[] = [];
  let isKnown = false;
  for (const row of calls) {
    const features = featuresOf(row, world);
    const place = places.find((candidate) => fits(candidate, row, features, world));
    const answer = place && answeredAlone(place.model, row, features, world);
    if (!answer) return undefined;
    answers.push(answer);
    isKnown ||= row.model === answer.model.id || world.chance(answer.model, features).weight > 0;
  }
  const sum = (of: (answer: Decided) => number) => answers.reduce((total, answer) => total + of(answer), 0);
  return {
    model: places[0]?.model.id ?? '',
    nanoUsd: sum(({ nanoUsd }) => nanoUsd),
    quality: sum(({ quality }) => quality.mean) / calls.length,
    answers,
    isKnown,
  };
}

function tierAdvice({ overspent, tiers }: TierReport, perMonth: number): Advice['advice'] {
  const saving = Math.round((overspent.nanoUsd - overspent.economyNanoUsd) * perMonth);
  const frontier = tiers.find(({ tier }) => tier === 'frontier');
  const wasted =
    saving < worthwhileNanoUsd
      ? []
      : [
          `${overspent.calls} calls to the frontier would have been served as well by an economy model: ${dollars(saving)} a month.`,
        ];
  const much =
    frontier?.verdict === 'above'
      ? [`${(frontier.callShare * 100).toFixed(0)} % of the calls go to the frontier; 5 to 15 % is usual.`]
      : [];
  return [...wasted, ...much].map((text) => ({ about: 'tiers', text }));
}

function premiumAdvice(
  { nanoUsd, share, elsewhere }: ReplayReport['premium'],
  perMonth: number,
): Advice['advice'] {
  const month = Math.round(nanoUsd * perMonth);
  const [most] = elsewhere;
  if (month < worthwhileNanoUsd || !most) return [];
  const part = `${dollars(savedBy(most) * perMonth)} of it for ${most.from} instead of ${most.to}`;
  const text = `${dollars(month)} a month (${(share * 100).toFixed(0)} %) is paid above the cheapest provider that is expected to do as well, ${part}.`;
  return [{ about: 'premium', text }];
}

/** To the cent, as a monthly bill is read. */
function dollars(nanoUsd: number): string {
  return `${nanoUsd < 0 ? '-' : ''}$${Math.abs(usdFromNano(nanoUsd)).toFixed(2)}`;
}
