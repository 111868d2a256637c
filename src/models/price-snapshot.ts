import type { Price } from '../core/money/price.ts';
import type { Tokens } from '../core/units.ts';

/**
 * One alternative of how a seller's name is recognised, without regard to case: `=` is, `^` begins with, `$` ends
 * with, `*` contains, `~` matches the expression; `all` needs one of each list.
 */
export type NameRule = string | { readonly all: readonly (readonly NameRule[])[] };

/** What @pydantic/genai-prices says of one model at one seller, in our units. */
export type PricedModel = {
  readonly name: string;
  /** Absent: the name alone. */
  readonly match?: readonly NameRule[];
  readonly window?: Tokens;
  readonly deprecated?: true;
  /** Absent: unknown. */
  readonly price?: Price;
};

/** The generated price list: sellers by our provider ids, their models in the order in which names are tried. */
export type PriceSnapshot = {
  readonly source: string;
  /** The day for which dated prices were settled. */
  readonly asOf: string;
  readonly providers: Readonly<Record<string, readonly PricedModel[]>>;
};

/** Loads the price list, once, when a catalogue is first needed: a start without one pays nothing for it. */
export async function loadPriceSnapshot(): Promise<PriceSnapshot> {
  const module = await import('./generated/prices.json', { with: { type: 'json' } });
  // The generator writes it from these very types, and the check fails when it is stale.
  return module.default as unknown as PriceSnapshot;
}

/** A seller's row for a name, by the first rule that recognises it. */
export function findPriced(models: readonly PricedModel[], name: string): PricedModel | undefined {
  const wanted = name.toLowerCase();
  return models.find((model) =>
    model.match ? model.match.some((rule) => recognises(rule, wanted)) : model.name.toLowerCase() === wanted,
  );
}

/** Whether a rule recognises a name in small letters. */
export function recognises(rule: NameRule, name: string): boolean {
  if (typeof rule !== 'string') return rule.all.every((rules) => rules.some((one) => recognises(one, name)));
  const text = rule.slice(1).toLowerCase();
  switch (rule[0]) {
    case '=':
      return name === text;
    case '^':
      return name.startsWith(text);
    case '$':
      return name.endsWith(text);
    case '*':
      return name.includes(text);
    default:
      return new RegExp(rule.slice(1)).test(name);
  }
}
