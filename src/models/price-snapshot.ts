import type { Price } from '../core/money/price.ts';
import type { Tokens } from '../core/units.ts';
import { priceCorrections } from './price-corrections.ts';

/**
 * One rule that matches a provider's model name, ignoring case: `=` equals, `^` starts with, `$` ends with, `*`
 * contains, `~` matches the regular expression; `all` needs one match of each list.
 */
export type NameRule = string | { readonly all: readonly (readonly NameRule[])[] };

/** One model at one provider, from @pydantic/genai-prices, in our units. */
export type PricedModel = {
  readonly name: string;
  /** Absent: only the name itself. */
  readonly match?: readonly NameRule[];
  readonly window?: Tokens;
  readonly deprecated?: true;
  /** Absent: unknown. */
  readonly price?: Price;
};

/** The generated price list: providers by our ids, with their models in the order in which names are matched. */
export type PriceSnapshot = {
  readonly source: string;
  /** The day for which dated prices were resolved. */
  readonly asOf: string;
  readonly providers: Readonly<Record<string, readonly PricedModel[]>>;
};

/** Loads the corrected price list when a catalogue is first needed, so that other starts do not pay for it. */
export async function loadPriceSnapshot(): Promise<PriceSnapshot> {
  const module = await import('./generated/prices.json', { with: { type: 'json' } });
  // The generator uses these types, and a check fails if the file is outdated.
  return corrected(module.default as unknown as PriceSnapshot);
}

function corrected({ providers, ...snapshot }: PriceSnapshot): PriceSnapshot {
  const changed = Object.entries(priceCorrections).map(([id, corrections]) => {
    const names = new Set(corrections.map(({ name }) => name));
    return [id, [...corrections, ...(providers[id] ?? []).filter(({ name }) => !names.has(name))]] as const;
  });
  const all = { ...providers, ...Object.fromEntries(changed) };
  const { openrouter = [] } = all;
  return { ...snapshot, providers: { ...all, openrouter: withMakersAudio(openrouter, all) } };
}

/**
 * Returns OpenRouter's rows with the rates for audio of the models' makers, whose prices it charges: its own rows have
 * only those for text. A free model, and one whose maker has no such rate, stays as it is.
 */
function withMakersAudio(
  rows: readonly PricedModel[],
  providers: PriceSnapshot['providers'],
): readonly PricedModel[] {
  return rows.map((row) => {
    const [, maker = '', name = ''] = /^([^/]+)\/(.+)$/.exec(row.name) ?? [];
    const makers = Object.hasOwn(providers, maker) ? providers[maker] : undefined;
    if (!makers || !row.price || row.price.input === 0) return row;
    const { inputAudio, outputAudio } = findPriced(makers, name)?.price ?? {};
    if (inputAudio === undefined && outputAudio === undefined) return row;
    const audio = {
      ...(inputAudio !== undefined && { inputAudio }),
      ...(outputAudio !== undefined && { outputAudio }),
    };
    return { ...row, price: { ...audio, ...row.price } };
  });
}

/** Returns a provider's row for a name, by the first matching rule. */
export function findPriced(models: readonly PricedModel[], name: string): PricedModel | undefined {
  const wanted = name.toLowerCase();
  const shorter = withoutArn(wanted);
  return rowOf(models, wanted) ?? (shorter === wanted ? undefined : rowOf(models, shorter));
}

function rowOf(models: readonly PricedModel[], wanted: string): PricedModel | undefined {
  return models.find((model) =>
    model.match ? model.match.some((rule) => recognises(rule, wanted)) : model.name.toLowerCase() === wanted,
  );
}

/**
 * Returns the model in an ARN of Bedrock's, and Canada's profiles of Claude as those of the United States: the list has
 * neither, and Claude costs the same in every region.
 */
function withoutArn(name: string): string {
  return name
    .replace(/^arn:aws[\w-]*:bedrock:[^/]*:(?:foundation-model|inference-profile)\//, '')
    .replace(/^ca\.(?=anthropic\.)/, 'us.');
}

/**
 * Returns whether a rule matches a lower-case name. The beginning of a name does not match other models whose names begin
 * with it: `claude-sonnet-5` is not `claude-sonnet-5-5`.
 */
export function recognises(rule: NameRule, name: string): boolean {
  if (typeof rule !== 'string') return rule.all.every((rules) => rules.some((one) => recognises(one, name)));
  const text = rule.slice(1).toLowerCase();
  switch (rule[0]) {
    case '=':
      return name === text;
    case '^':
      return name.startsWith(text) && !isOtherModel(text, name);
    case '$':
      return name.endsWith(text);
    case '*':
      return name.includes(text) && !isOtherModel(text, name);
    default:
      return new RegExp(rule.slice(1)).test(name);
  }
}

/** Whether a name only begins like a model (`text`), and then names its next version or a variant at another price. */
function isOtherModel(text: string, name: string): boolean {
  const rest = name.slice(name.indexOf(text) + text.length);
  return variant.test(rest) || (/\d$/.test(text) && laterVersion.test(rest));
}

const variant = /^-(?:lite|mini|nano|image|live|tts|audio|deep-research|highspeed|turbo)(?![a-z])/;
/** `-5` after `claude-sonnet-5`, `0` after `claude-opus-4-1`; but not a date, a size (`-8b`) or `-0`. */
const laterVersion = /^(?:[-.](?!0(?!\d))\d{1,2}(?![\da-z])|\d(?!\d))/;
