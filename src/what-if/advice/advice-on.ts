import { usdFromNano } from '../../core/units.ts';
import type { Advice, Interval, TierShare } from '../../core/routing/what-if.ts';
import { asGood, type BestPin } from './best-pin.ts';

/** With fewer calls there is no advice. */
export const fewestCalls = 50;
/** The least saving per month that is worth acting on. */
const worthwhileNanoUsd = 5e9;
/** A week includes a weekend. */
const fewestDays = 7;

/** What advice follows from. Amounts of money are per month. */
export type AdviceFigures = Pick<Advice, 'calls' | 'open' | 'days' | 'bestPin' | 'leftToRouter'> & {
  /** Enough calls left the choice open to compare routing with a pin. */
  readonly isRouted: boolean;
  /** The model to pin has answered every open call already. */
  readonly isPinUsual: boolean;
  /** Calls to the frontier that an economy model would have served as well. */
  readonly overspent: { readonly calls: number; readonly savedNanoUsd: number };
  readonly frontier: TierShare | undefined;
  /** What is paid above the cheapest provider that is expected to do as well. */
  readonly premium: {
    readonly nanoUsd: number;
    readonly share: number;
    /** Where most of it is paid. */
    readonly most: { readonly from: string; readonly to: string; readonly savedNanoUsd: number } | undefined;
  };
};

type OneAdvice = Advice['advice'][number];

/** Returns the advice that follows from these figures, in sentences. */
export function adviceOn(figures: AdviceFigures): Advice['advice'] {
  const { isRouted, bestPin } = figures;
  return [
    ...(isRouted ? [] : [nothingRouted(figures)]),
    ...routeNamed(figures),
    ...(isRouted ? [bestPin ? pinOrRoute(bestPin, figures) : noPin] : cheaperPin(bestPin)),
    ...cheaperTier(figures),
    ...muchFrontier(figures),
    ...cheaperProvider(figures),
    ...shortSample(figures),
  ];
}

/** Says why there is no advice. */
export function tooFew(calls: number): OneAdvice {
  const text = `${calls} calls are too few for advice; at least ${fewestCalls} are needed.`;
  return { about: 'volume', text };
}

function nothingRouted({ calls, open }: AdviceFigures): OneAdvice {
  const some = open === 0 ? 'None' : `Only ${open}`;
  const text = `${some} of the ${calls} calls left the choice of the model to the router.`;
  return { about: 'route', text };
}

/** If calls are routed already, only a saving that is worth acting on is mentioned. */
function routeNamed({ isRouted, leftToRouter }: AdviceFigures): OneAdvice[] {
  if (!leftToRouter) return [];
  const { policy, calls, nowNanoUsd, savedNanoUsd, qualityDifference } = leftToRouter;
  if (isRouted && savedNanoUsd.value < worthwhileNanoUsd) return [];
  const then = dollars(nowNanoUsd - savedNanoUsd.value);
  const text = `The ${calls} calls that named their model, or were pinned, are expected to cost ${then} instead of ${dollars(nowNanoUsd)} a month as model auto (policy ${policy}): ${savedText(savedNanoUsd)}, with ${pointsText(qualityDifference)}.`;
  return [{ about: 'route', text }];
}

const noPin: OneAdvice = {
  about: 'route',
  text: 'No single model could have served every call and is known to reach the quality of the present mix: keep routing.',
};

function pinOrRoute(pin: BestPin, { isPinUsual }: AdviceFigures): OneAdvice {
  const { model, savedNanoUsd, qualityDifference } = pin;
  const { value: saved, low, high } = savedNanoUsd;
  if (saved < worthwhileNanoUsd) return isPinUsual ? nothingToPin(pin) : pinInstead(pin);
  // What a better model costs is no measure of what routing saves.
  if (qualityDifference.value > asGood) {
    const text = `No single model does as well for less: the cheapest, ${model}, would cost ${dollars(saved)} a month more (${dollars(low)} to ${dollars(high)}), with ${pointsText(qualityDifference)}: keep routing.`;
    return { about: 'route', text };
  }
  const text = `Routing saves ${dollars(saved)} a month (${dollars(low)} to ${dollars(high)}) over ${model}, the cheapest single model that is ${asWellText(pin)}: keep routing.`;
  return { about: 'route', text };
}

function nothingToPin({ model }: BestPin): OneAdvice {
  const text = `Routing sends everything here to one model, ${model}: pinning it would change nothing today. Whether another model would do as well for less, these calls do not show.`;
  return { about: 'route', text };
}

function pinInstead(pin: BestPin): OneAdvice {
  const { value: saved, low, high } = pin.savedNanoUsd;
  const what =
    saved > 0
      ? `saves ${dollars(saved)} a month (${dollars(low)} to ${dollars(high)})`
      : `costs ${dollars(-saved)} a month (${dollars(-high)} to ${dollars(-low)}) more than it saves`;
  const text = `At your volume routing ${what}: pin ${pin.model} (routing.pin), which is ${asWellText(pin)}.`;
  return { about: 'pin', text };
}

/** If nothing was routed, compares a pin with the models that the calls named. */
function cheaperPin(pin: BestPin | undefined): OneAdvice[] {
  const saved = -(pin?.savedNanoUsd.value ?? 0);
  if (!pin || saved < worthwhileNanoUsd) return [];
  const text = `${pin.model} alone would serve all calls for ${dollars(saved)} a month less than today, ${asWellText(pin)}: pin it (routing.pin) and ask for auto.`;
  return [{ about: 'pin', text }];
}

function cheaperTier({ overspent: { calls, savedNanoUsd } }: AdviceFigures): OneAdvice[] {
  if (savedNanoUsd < worthwhileNanoUsd) return [];
  const text = `${calls} calls to the frontier would have been served as well by an economy model: ${dollars(savedNanoUsd)} a month.`;
  return [{ about: 'tiers', text }];
}

function muchFrontier({ frontier }: AdviceFigures): OneAdvice[] {
  if (frontier?.verdict !== 'above') return [];
  const text = `${(frontier.callShare * 100).toFixed(0)} % of the calls go to the frontier; the guide is 5 to 15 %.`;
  return [{ about: 'tiers', text }];
}

function cheaperProvider({ premium: { nanoUsd, share, most } }: AdviceFigures): OneAdvice[] {
  if (nanoUsd < worthwhileNanoUsd || !most) return [];
  const part = `${dollars(most.savedNanoUsd)} of it for ${most.from} instead of ${most.to}`;
  const text = `${dollars(nanoUsd)} a month (${(share * 100).toFixed(0)} %) is paid above the cheapest provider that is expected to do as well, ${part}.`;
  return [{ about: 'premium', text }];
}

function shortSample({ calls, days }: AdviceFigures): OneAdvice[] {
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

function savedText({ value, low, high }: Interval): string {
  return value < 0
    ? `${dollars(-value)} more (${dollars(-high)} to ${dollars(-low)})`
    : `${dollars(value)} less (${dollars(low)} to ${dollars(high)})`;
}

function asWellText({ qualityDifference }: BestPin): string {
  return `expected to do as well (${pointsText(qualityDifference)})`;
}

function pointsText({ value, low, high }: Interval): string {
  const points = (share: number) => `${share < 0 ? '' : '+'}${(100 * share).toFixed(1)}`;
  return `${points(value)} points of quality, ${points(low)} to ${points(high)}`;
}

/** Formats to the cent, like a monthly bill. */
function dollars(nanoUsd: number): string {
  return `${nanoUsd < 0 ? '-' : ''}$${Math.abs(usdFromNano(nanoUsd)).toFixed(2)}`;
}
