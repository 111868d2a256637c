import type { Model } from '../core/model.ts';
import { usdText } from '../core/units.ts';
import type { Advice, ReplayReport, TierReport } from '../core/what-if.ts';
import type { PaidCall } from './ledger-sample.ts';
import { answeredBy, featuresOf, type World } from './world.ts';

/** Below this nobody can say anything. */
const fewestCalls = 50;
/** A saving per month that is worth having something to look after. */
const worthwhileNanoUsd = 5e9;
/** Quality that one model may have less than today's mix and still pass for as good. */
const asGood = 0.005;
const monthDays = 30;

export type AdviceParts = {
  readonly calls: readonly PaidCall[];
  readonly world: World;
  /** How many days the sample spans, at least one. */
  readonly days: number;
  readonly replay: ReplayReport;
  readonly tiers: TierReport;
};

/** Whether routing pays at this volume, and if not, which one model to pin. */
export function advise({ calls, world, days, replay, tiers }: AdviceParts): Advice {
  const { since, simulated, leftOut, before, premium } = replay;
  const perMonth = monthDays / days;
  const today = Math.round(before.totalNanoUsd * perMonth);
  const facts = {
    since,
    calls: calls.length,
    simulated,
    leftOut,
    todayNanoUsd: today,
    quality: before.quality,
  };
  if (calls.length < fewestCalls) {
    const text = `${calls.length} calls are too few to say anything; come back at ${fewestCalls}.`;
    return { ...facts, advice: [{ about: 'volume', text }] };
  }
  const pin = bestPin(calls, world, before.quality.value - asGood, perMonth);
  return {
    ...facts,
    ...(pin && { bestPin: pin }),
    advice: [
      ...(pin
        ? [pinOrRoute(pin, today)]
        : [
            {
              about: 'route' as const,
              text: 'No single model is expected to do as well as the mix of today: go on routing.',
            },
          ]),
      ...tierAdvice(tiers, perMonth),
      ...premiumAdvice(premium, perMonth),
    ],
  };
}

type Pin = NonNullable<Advice['bestPin']>;

function pinOrRoute({ model, nanoUsd }: Pin, today: number): Advice['advice'][number] {
  const saved = nanoUsd - today;
  if (saved < worthwhileNanoUsd) {
    const what =
      saved > 0 ? `saves ${dollars(saved)} a month` : `costs ${dollars(-saved)} a month more than it saves`;
    return {
      about: 'pin',
      text: `At your volume routing ${what}: pin ${model} (routing.pin), which is expected to do as well.`,
    };
  }
  return {
    about: 'route',
    text: `Routing saves ${dollars(saved)} a month over ${model}, the cheapest single model that is expected to do as well: go on.`,
  };
}

/** The cheapest model that could have served every call and is expected to do as well on the whole. */
function bestPin(
  calls: readonly PaidCall[],
  world: World,
  quality: number,
  perMonth: number,
): Pin | undefined {
  const priced = world.models.flatMap((model) => pinned(model, calls, world) ?? []);
  const [cheapest] = priced.filter((pin) => pin.quality >= quality).toSorted((a, b) => a.nanoUsd - b.nanoUsd);
  return cheapest && { ...cheapest, nanoUsd: Math.round(cheapest.nanoUsd * perMonth) };
}

function pinned(model: Model, calls: readonly PaidCall[], world: World): Pin | undefined {
  let nanoUsd = 0;
  let quality = 0;
  for (const row of calls) {
    const features = featuresOf(row, world);
    const tooLong = model.contextWindow !== undefined && model.contextWindow < features.inputTokens;
    const answer =
      tooLong || (features.localOnly && !model.local) ? undefined : answeredBy(model, row, features, world);
    if (!answer) return undefined;
    nanoUsd += answer.nanoUsd;
    quality += answer.quality.mean;
  }
  return { model: model.id, nanoUsd, quality: quality / calls.length };
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
  const text = `${dollars(month)} a month (${(share * 100).toFixed(0)} %) is paid above the cheapest provider that is expected to do as well, most of it for ${most.from} instead of ${most.to}.`;
  return [{ about: 'premium', text }];
}

function dollars(nanoUsd: number): string {
  return `$${Number(usdText(BigInt(Math.round(nanoUsd)))).toFixed(2)}`;
}
