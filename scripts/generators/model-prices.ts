import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  findProvider,
  type ConditionalPrice,
  type MatchLogic,
  type ModelInfo,
  type ModelPrice,
} from '@pydantic/genai-prices';
import {
  picoPerToken,
  type Rates,
  type ScheduledRates,
  type SteppedRates,
} from '../../src/core/money/price.ts';
import { recognises, type NameRule, type PricedModel } from '../../src/models/price-snapshot.ts';
import type { Generator } from '../generate.ts';

/** The date for which dated prices are resolved. Later changes stay in the snapshot as a schedule. */
const asOf = '2026-11-21';

/** Our provider ids, and the ids of the same providers in @pydantic/genai-prices. */
const providers: Record<string, string> = {
  anthropic: 'anthropic',
  arcee: 'arcee',
  avian: 'avian',
  azure: 'azure',
  baseten: 'baseten',
  bedrock: 'aws',
  cerebras: 'cerebras',
  cloudflare: 'cloudflare',
  cohere: 'cohere',
  deepseek: 'deepseek',
  fireworks: 'fireworks',
  google: 'google',
  groq: 'groq',
  minimax: 'minimax',
  mistral: 'mistral',
  modal: 'modal',
  moonshot: 'moonshotai',
  novita: 'novita',
  openai: 'openai',
  openrouter: 'openrouter',
  ovhcloud: 'ovhcloud',
  perplexity: 'perplexity',
  together: 'together',
  xai: 'x-ai',
  zai: 'zai',
  zhipu: 'zhipuai',
};

/** Rows of a provider that are not models of its API: Vertex AI's, OpenAI's open weights, OpenRouter's old names. */
const strangers: Record<string, (name: string) => boolean> = {
  google: (name) => name.startsWith('claude') || name.endsWith('-maas'),
  openai: (name) => name.startsWith('gpt-oss'),
  openrouter: (name) => !name.includes('/'),
};

const bucketRates: Record<string, keyof Rates> = {
  input_mtok: 'input',
  output_mtok: 'output',
  cache_read_mtok: 'cacheRead',
  cache_write_mtok: 'cacheWrite',
  cache_write_1h_mtok: 'cacheWriteLong',
  output_reasoning_mtok: 'reasoning',
  input_audio_mtok: 'inputAudio',
  output_audio_mtok: 'outputAudio',
};
const countRates: Record<string, keyof Rates> = {
  web_searches_kcount: 'webSearch',
  requests_kcount: 'call',
};
/** Rates for features that text calls never use: without them the price of text is still exact. */
const besideText = /^(input_(image|video)|cache_(audio|image|video)_read)_mtok$|^storage_searches_kcount$/;

/** Generates prices and windows from @pydantic/genai-prices, in our units and small enough to load in milliseconds. */
const generate: Generator = () => [
  {
    path: 'src/models/generated/prices.json',
    text: `{"source":"@pydantic/genai-prices ${installedVersion()}","asOf":"${asOf}","providers":{\n${Object.entries(
      providers,
    )
      .map(([id, theirs]) => `"${id}":[\n${modelsOf(id, theirs).join(',\n')}\n]`)
      .join(',\n')}\n}}\n`,
  },
];

export default generate;

function modelsOf(id: string, theirs: string): string[] {
  const provider = findProvider({ providerId: theirs });
  if (provider?.id !== theirs) throw new Error(`@pydantic/genai-prices no longer knows "${theirs}"`);
  return provider.models
    .filter(({ id: name }) => !strangers[id]?.(name))
    .map((model) => JSON.stringify(pricedModel(model)));
}

function pricedModel(model: ModelInfo): PricedModel {
  const rules = nameRules(model.match);
  const name = nameOnTheWire(model.id, rules);
  const plain = rules.length === 1 && rules[0] === `=${name}`;
  const price = priceOf(model);
  return {
    name,
    ...(plain ? {} : { match: rules }),
    ...(model.context_window ? { window: model.context_window } : {}),
    ...(model.deprecated ? { deprecated: true as const } : {}),
    ...(price ? { price } : {}),
  };
}

/** If a row's own rules do not recognise its short name, the provider uses the name that they do recognise. */
function nameOnTheWire(id: string, rules: readonly NameRule[]): string {
  if (rules.some((rule) => recognises(rule, id.toLowerCase()))) return id;
  const exact = rules.find((rule) => typeof rule === 'string' && rule.startsWith('='));
  return typeof exact === 'string' ? exact.slice(1) : id;
}

function nameRules(match: MatchLogic): NameRule[] {
  if ('or' in match) return match.or.flatMap(nameRules);
  if ('and' in match) return [{ all: match.and.map(nameRules) }];
  if ('equals' in match) return [`=${match.equals}`];
  if ('starts_with' in match) return [`^${match.starts_with}`];
  if ('ends_with' in match) return [`$${match.ends_with}`];
  if ('contains' in match) return [`*${match.contains}`];
  return [`~${match.regex}`];
}

function priceOf(model: ModelInfo): PricedModel['price'] {
  const conditional: ConditionalPrice[] = Array.isArray(model.prices)
    ? model.prices
    : [{ prices: model.prices }];
  const settled = conditional.findLastIndex(
    ({ constraint }) =>
      constraint === undefined || (constraint.type === 'start_date' && constraint.start_date <= asOf),
  );
  const base = steppedRates(model, conditional[settled]?.prices ?? {});
  if (!base) return undefined;
  const schedule = conditional.slice(settled + 1).flatMap(({ constraint, prices }): ScheduledRates[] => {
    const rates = steppedRates(model, prices);
    if (!constraint || !rates) throw new Error(`${model.id}: a dated price is not readable`);
    const when: ScheduledRates['when'] =
      constraint.type === 'start_date'
        ? { kind: 'from', at: Date.parse(constraint.start_date) }
        : { kind: 'daily', start: timeOfDay(constraint.start_time), end: timeOfDay(constraint.end_time) };
    return [{ when, rates }];
  });
  return schedule.length > 0 ? { ...base, schedule } : base;
}

/** Returns `undefined` if the price is unknown, or has parts that our usage does not count. */
function steppedRates(model: ModelInfo, prices: ModelPrice): SteppedRates | undefined {
  const entries = Object.entries(prices).filter(([key]) => !besideText.test(key));
  if (entries.length === 0) return model.id.endsWith(':free') ? { input: 0, output: 0 } : undefined;
  if (entries.some(([key]) => !(key in bucketRates) && !(key in countRates))) return undefined;
  if (prices['input_mtok'] === undefined) return undefined;

  const starts = new Set(
    entries.flatMap(([, price]) => (typeof price === 'object' ? price.tiers.map(({ start }) => start) : [])),
  );
  const steps = [...starts]
    .sort((a, b) => a - b)
    .map((start) => ({ abovePromptTokens: start, rates: ratesAbove(entries, start) }));
  return { ...ratesAbove(entries, -1), ...(steps.length > 0 ? { steps } : {}) };
}

function ratesAbove(entries: [string, ModelPrice[string]][], start: number): Rates {
  const rates: { input: number; output: number } & Partial<Record<keyof Rates, number>> = {
    input: 0,
    output: 0,
  };
  for (const [key, price] of entries) {
    if (price === undefined) continue;
    const dollars =
      typeof price === 'number'
        ? price
        : (price.tiers.findLast((tier) => tier.start <= start)?.price ?? price.base);
    const bucket = bucketRates[key];
    const count = countRates[key];
    if (bucket) rates[bucket] = picoPerToken(dollars);
    if (count) rates[count] = Math.round(dollars * 1e9);
  }
  return rates;
}

function timeOfDay(text: string): number {
  return Date.parse(`1970-01-01T${text}`);
}

function installedVersion(): string {
  const manifest = join(import.meta.dirname, '../../package.json');
  const { dependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return dependencies['@pydantic/genai-prices'] ?? 'missing';
}
