import { usdFromNano } from '../../core/units.ts';
import type { Advice, Interval, ReplayReport, TierReport } from '../../core/routing/what-if.ts';
import { asGood, type BestPin, bestPin } from './best-pin.ts';
import { type LeftToRouter, leftToRouter } from './left-to-router.ts';
import type { Scale } from '../sample/scale.ts';
import type { PaidCall } from '../sample/paid-calls.ts';
import { savedBy } from '../reports/shifts.ts';
import { isOpen } from '../recorded/recorded-choice.ts';
import type { World } from '../world/world.ts';

/** With fewer calls there is no advice. */
const fewestCalls = 50;
/** The least saving per month that is worth acting on. */
const worthwhileNanoUsd = 5e9;
const monthDays = 30;
/** Periods below two minutes count as two minutes, so that a month is not extrapolated from a moment. */
const shortestDays = 2 / (24 * 60);

export type AdviceSources = {
  /** The sampled calls. */
  readonly calls: readonly PaidCall[];
  readonly world: World;
  readonly scale: Scale;
  /** Between the first call of the report and now. */
  readonly days: number;
  readonly replay: ReplayReport;
  readonly tiers: TierReport;
};

/** Whether routing pays at this volume, and if not, which one model to pin. */
export async function advise({
  calls: looked,
  world,
  scale,
  days,
  replay,
  tiers,
}: AdviceSources): Promise<Advice> {
  const { since, simulated, leftOut, gone, calls, lookedAt, before, premium } = replay;
  const perMonth = monthDays / Math.max(shortestDays, days);
  const today = Math.round(before.totalNanoUsd * perMonth);
  const open = looked.filter(isOpen);
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
    open: Math.round(open.length * scale.calls),
  };
  if (calls < fewestCalls) {
    const text = `${calls} calls are too few for advice; at least ${fewestCalls} are needed.`;
    return { ...facts, advice: [{ about: 'volume', text }] };
  }
  const month = { ...scale, money: scale.money * perMonth };
  const isRouted = facts.open >= fewestCalls;
  const named = await leftToRouter(
    looked.filter((row) => !isOpen(row)),
    world,
    month,
  );
  const pin = await bestPin(isRouted ? open : looked, world, month);
  return {
    ...facts,
    ...(pin && { bestPin: pin }),
    ...(named && { leftToRouter: named }),
    advice: [
      ...(isRouted ? [] : [nothingRouted(facts)]),
      ...(named && (!isRouted || named.savedNanoUsd.value >= worthwhileNanoUsd) ? [routeNamed(named)] : []),
      ...(isRouted
        ? [
            pin
              ? pinOrRoute(
                  pin,
                  open.every((row) => row.model === pin.model),
                )
              : noPin,
          ]
        : cheaperPin(pin)),
      ...tierAdvice(tiers, perMonth),
      ...premiumAdvice(premium, perMonth),
      ...shortSample(calls, days),
    ],
  };
}

type OneAdvice = Advice['advice'][number];

/** A week includes a weekend. */
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

function nothingRouted({ calls, open }: Pick<Advice, 'calls' | 'open'>): OneAdvice {
  const some = open === 0 ? 'None' : `Only ${open}`;
  return {
    about: 'route',
    text: `${some} of the ${calls} calls left the choice of the model to the router.`,
  };
}

function routeNamed({ policy, calls, nowNanoUsd, savedNanoUsd, qualityDifference }: LeftToRouter): OneAdvice {
  const then = dollars(nowNanoUsd - savedNanoUsd.value);
  return {
    about: 'route',
    text: `The ${calls} calls that named their model, or were pinned, are expected to cost ${then} instead of ${dollars(nowNanoUsd)} a month as model auto (policy ${policy}): ${savedText(savedNanoUsd)}, with ${pointsText(qualityDifference)}.`,
  };
}

const noPin: OneAdvice = {
  about: 'route',
  text: 'No single model could have served every call and is known to reach the quality of the present mix: keep routing.',
};

/** If nothing was routed, compares a pin with the models that the calls named. */
function cheaperPin(pin: BestPin | undefined): OneAdvice[] {
  const saved = -(pin?.savedNanoUsd.value ?? 0);
  if (!pin || saved < worthwhileNanoUsd) return [];
  const text = `${pin.model} alone would serve all calls for ${dollars(saved)} a month less than today, expected to do as well (${pointsText(pin.qualityDifference)}): pin it (routing.pin) and ask for auto.`;
  return [{ about: 'pin', text }];
}

function savedText({ value, low, high }: Interval): string {
  return value < 0
    ? `${dollars(-value)} more (${dollars(-high)} to ${dollars(-low)})`
    : `${dollars(value)} less (${dollars(low)} to ${dollars(high)})`;
}

/** `isSame`: that model gave all these answers already. */
function pinOrRoute({ model, savedNanoUsd, qualityDifference }: BestPin, isSame: boolean): OneAdvice {
  const { value: saved, low, high } = savedNanoUsd;
  const asWell = `expected to do as well (${pointsText(qualityDifference)})`;
  if (saved < worthwhileNanoUsd) {
    if (isSame) {
      const text = `Routing sends everything here to one model, ${model}: pinning it would change nothing today. Whether another model would do as well for less, these calls do not show.`;
      return { about: 'route', text };
    }
    const what =
      saved > 0
        ? `saves ${dollars(saved)} a month (${dollars(low)} to ${dollars(high)})`
        : `costs ${dollars(-saved)} a month (${dollars(-high)} to ${dollars(-low)}) more than it saves`;
    return {
      about: 'pin',
      text: `At your volume routing ${what}: pin ${model} (routing.pin), which is ${asWell}.`,
    };
  }
  // What a better model costs is no measure of what routing saves.
  if (qualityDifference.value > asGood) {
    return {
      about: 'route',
      text: `No single model does as well for less: the cheapest, ${model}, would cost ${dollars(saved)} a month more (${dollars(low)} to ${dollars(high)}), with ${pointsText(qualityDifference)}: keep routing.`,
    };
  }
  return {
    about: 'route',
    text: `Routing saves ${dollars(saved)} a month (${dollars(low)} to ${dollars(high)}) over ${model}, the cheapest single model that is ${asWell}: keep routing.`,
  };
}

function pointsText({ value, low, high }: Interval): string {
  const points = (share: number) => `${share < 0 ? '' : '+'}${(100 * share).toFixed(1)}`;
  return `${points(value)} points of quality, ${points(low)} to ${points(high)}`;
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
      ? [
          `${(frontier.callShare * 100).toFixed(0)} % of the calls go to the frontier; the guide is 5 to 15 %.`,
        ]
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

/** Formats to the cent, like a monthly bill. */
function dollars(nanoUsd: number): string {
  return `${nanoUsd < 0 ? '-' : ''}$${Math.abs(usdFromNano(nanoUsd)).toFixed(2)}`;
}
