import { furtherOffers } from './further-offers.ts';
import { freeProviders, priceList, type Offer, type Rates } from './price-list.ts';
import type { SpentTokens } from './replied.ts';

/** What the simulator has charged, in whole nano-dollars, as numbers that JSON represents exactly. */
export type Bill = {
  readonly simulated: true;
  readonly totalNanoUsd: number;
  /** Replies that began with a 200, whole or cut; faults before the response head are not counted. */
  readonly calls: number;
  /** Calls to models without a known price: answered and counted, but not charged. */
  readonly unpricedCalls: number;
  /** Calls cut short by the client or a fault; `totalNanoUsd` includes what had been sent. */
  readonly interruptedCalls: number;
  readonly requests: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly byModel: Readonly<Record<string, ModelBill>>;
};

type ModelBill = SpentTokens & { readonly totalNanoUsd: number; readonly calls: number };

/** Returns the offer for a model; a dated snapshot (`-2026-04-14`, `-20260414`) has the price of its model. */
export function offerFor(provider: string, model: string): Offer | undefined {
  const undated = model.replace(/-(\d{4}-\d{2}-\d{2}|\d{8})$/, '');
  const [exact, general] = [`${provider}/${model}`, `${provider}/${undated}`];
  return priceList[exact] ?? furtherOffers[exact] ?? priceList[general] ?? furtherOffers[general];
}

/** Returns the nano-dollars for one call at a given time; `undefined` if no price is known. */
export function chargeFor(
  provider: string,
  model: string,
  spent: SpentTokens,
  at: number,
): bigint | undefined {
  if (freeProviders.has(provider)) return 0n;
  const offer = offerFor(provider, model);
  return offer && chargeAt(ratesAt(offer, spent, at), spent);
}

/** Returns the nano-dollars at these rates, rounded once, half up. */
export function chargeAt(rates: Rates, spent: SpentTokens): bigint {
  const write = rates.cacheWrite ?? rates.input;
  const femto =
    times(spent.input, rates.input) +
    times(spent.cacheRead, rates.cacheRead ?? rates.input) +
    times(spent.cacheWrite, write) +
    times(spent.cacheWriteLong, rates.cacheWriteLong ?? write) +
    times(spent.output + spent.reasoning, rates.output) +
    times(1_000_000, rates.perCall ?? '0');
  return (femto + femtoPerNano / 2n) / femtoPerNano;
}

const femtoPerNano = 1_000_000n;

function ratesAt(offer: Offer, spent: SpentTokens, at: number): Rates {
  const moment = new Date(at);
  const hour = moment.getUTCHours();
  const isWeekend = [0, 6].includes(moment.getUTCDay());
  if (!isWeekend && offer.peak?.hours.some(([from, until]) => hour >= from && hour < until))
    return offer.peak.rates;
  const prompt = spent.input + spent.cacheRead + spent.cacheWrite + spent.cacheWriteLong;
  return offer.long && prompt > offer.long.over ? offer.long.rates : offer.rates;
}

/** Femto-dollars: a price per million tokens with nine decimals is 1e-15 dollars per token in its last digit. */
function times(tokens: number, usdPerMillion: string): bigint {
  const [whole = '0', decimals = ''] = usdPerMillion.split('.');
  return BigInt(tokens) * BigInt(whole + decimals.padEnd(9, '0'));
}

/** A call to charge. */
export type Charged = {
  readonly provider: string;
  readonly model: string;
  readonly spent: SpentTokens;
  readonly interrupted: boolean;
  readonly at: number;
};

/** Adds up charges; one per simulator. */
export class Ledger {
  #total = 0n;
  #models = new Map<string, { nano: bigint; calls: number; spent: SpentTokens }>();
  #counts = { calls: 0, unpricedCalls: 0, interruptedCalls: 0, requests: 0, bytesIn: 0, bytesOut: 0 };

  request(bytesIn: number): void {
    this.#counts.requests += 1;
    this.#counts.bytesIn += bytesIn;
  }

  sent(bytes: number): void {
    this.#counts.bytesOut += bytes;
  }

  charge(call: Charged): void {
    const nano = chargeFor(call.provider, call.model, call.spent, call.at);
    this.#counts.calls += 1;
    if (nano === undefined) this.#counts.unpricedCalls += 1;
    if (call.interrupted) this.#counts.interruptedCalls += 1;
    this.#total += nano ?? 0n;
    const name = `${call.provider}/${call.model}`;
    const before = this.#models.get(name);
    this.#models.set(name, {
      nano: (before?.nano ?? 0n) + (nano ?? 0n),
      calls: (before?.calls ?? 0) + 1,
      spent: before ? addSpent(before.spent, call.spent) : call.spent,
    });
  }

  bill(): Bill {
    const models = [...this.#models].map(([name, { nano, calls, spent }]): [string, ModelBill] => [
      name,
      { totalNanoUsd: exactNumber(nano), calls, ...spent },
    ]);
    return {
      simulated: true,
      totalNanoUsd: exactNumber(this.#total),
      ...this.#counts,
      byModel: Object.fromEntries(models),
    };
  }
}

function addSpent(a: SpentTokens, b: SpentTokens): SpentTokens {
  return {
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    cacheWriteLong: a.cacheWriteLong + b.cacheWriteLong,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  };
}

function exactNumber(nano: bigint): number {
  const value = Number(nano);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${nano} nano-dollars do not fit a JSON number`);
  return value;
}
