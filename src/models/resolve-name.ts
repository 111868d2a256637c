import type { Resolution } from '../core/catalogue.ts';
import type { DialectId } from '../core/wire/content.ts';
import { ConclaveError } from '../core/errors.ts';
import type { Model } from '../core/model.ts';
import { nearestNames } from '../core/names/nearest-names.ts';
import { didYouMean, suggestion } from '../core/names/did-you-mean.ts';
import { longestName, shownName } from '../core/names/shown-name.ts';
import { isVirtualName, virtualModel, virtualNames } from '../core/routing/preferences/virtual-model.ts';
import { builtInAliases } from './aliases.ts';
import { misspelt } from './misspelt.ts';
import { plainName } from '../core/names/plain-name.ts';
import type { CatalogueIndex } from './catalogue-index.ts';
import { splitId } from './split-id.ts';

/** What names are resolved with. */
export type NameBook = {
  readonly index: CatalogueIndex;
  /** Aliases from config. */
  readonly aliases: ReadonlyMap<string, string>;
};

type Named = Extract<Resolution, { kind: 'model' }>;

/**
 * Resolves a `model` string: a virtual model, an alias from config, the name of a described model, a built-in alias, an
 * id, or a provider's own name.
 */
export function resolveName(book: NameBook, name: string, clientDialect?: DialectId): Resolution {
  if (name.length > longestName) throw notFound(book, name);
  const wanted = name.trim();
  return (
    leftOpen(wanted) ?? followAlias(book, wanted, clientDialect, []) ?? oneModel(book, wanted, clientDialect)
  );
}

function leftOpen(name: string): Resolution | undefined {
  if (!isVirtualName(name)) return undefined;
  const virtual = virtualModel(name);
  if (virtual) return { kind: 'auto', ...virtual };
  throw new ConclaveError(
    'model_not_found',
    `there is no "${name}"; there are ${virtualNames.slice(0, -1).join(', ')} and ${virtualNames.at(-1)}`,
    { param: 'model' },
  );
}

/** Resolves an alias. The default fallback chain applies to aliases: `sonnet` means that model or a similar one. */
function followAlias(
  book: NameBook,
  name: string,
  dialect: DialectId | undefined,
  followed: readonly string[],
): Resolution | undefined {
  if (followed.includes(name)) {
    throw new ConclaveError(
      'configuration',
      `an alias leads back to itself: ${[...followed, name].join(' → ')}`,
    );
  }
  const configured = book.aliases.get(name);
  if (configured !== undefined) {
    const resolution =
      leftOpen(configured) ??
      followAlias(book, configured, dialect, [...followed, name]) ??
      oneModel(book, configured, dialect);
    return resolution.kind === 'auto' ? resolution : { ...resolution, viaAlias: true };
  }
  if (book.index.describedAs(name).length > 0) return undefined;
  const alias = name.toLowerCase();
  const id = Object.hasOwn(builtInAliases, alias) ? builtInAliases[alias] : undefined;
  return id === undefined ? undefined : builtInAlias(book.index, name, id);
}

/**
 * Returns the model itself, else the same model at another provider, else the model with a warning: its fallbacks may
 * include a similar one.
 */
function builtInAlias(index: CatalogueIndex, alias: string, id: string): Named | undefined {
  const { provider, name } = splitId(id);
  const elsewhere = index.current.find((model) => plainName(model.name) === plainName(name));
  const model = index.providers.has(provider) ? index.get(id) : (elsewhere ?? index.get(id));
  if (!model) return undefined;
  const missing = index.providers.has(model.provider)
    ? []
    : [`"${alias}" is ${id}: ${notConfigured(index, provider)}`];
  return { kind: 'model', model, viaAlias: true, warnings: [...missing, ...retirement(model)] };
}

function oneModel(book: NameBook, name: string, dialect: DialectId | undefined): Named {
  const { index } = book;
  if (name.includes(',')) refuseList(book, name);
  const model = byOwner(index, name) ?? byId(index, name) ?? byVendorName(index, name, dialect);
  if (model) {
    const warnings = [...retirement(model), ...strangeness(book.index, model)];
    return { kind: 'model', model, viaAlias: false, warnings };
  }
  throw notFound(book, name);
}

/**
 * Returns the model that a name means by its form. Config, a provider at the beginning of the name, and a provider that
 * lists exactly this name take precedence: a prompt for a local model must not leave the machine.
 */
function byOwner(index: CatalogueIndex, name: string): Model | undefined {
  const id = index.idAtOwner(name);
  if (id === undefined || index.lists(name) || index.describedAs(name).length > 0) return undefined;
  const { provider } = splitId(name);
  if (index.providers.has(provider)) return provider === splitId(id).provider ? byId(index, id) : undefined;
  return onlyOne(index.listedAs(name), name) ?? byId(index, id);
}

function byId(index: CatalogueIndex, id: string): Model | undefined {
  const { provider } = splitId(id);
  if (!index.providers.has(provider)) return undefined;
  const meant = index.lists(id) ? undefined : misspelt(id, index.listed);
  if (meant === undefined) return index.get(id);
  const message = `no model "${id}"; ${suggestion([meant])} If it is a model of that very name, describe it under models in the configuration`;
  throw new ConclaveError('model_not_found', message, { param: 'model' });
}

function byVendorName(
  index: CatalogueIndex,
  name: string,
  dialect: DialectId | undefined,
): Model | undefined {
  const described = onlyOne(index.describedAs(name), name);
  if (described) return described;
  const lower = name.toLowerCase();
  // An id with other capitalization, unless the provider has a model with exactly the given name.
  if (lower !== name && index.lists(lower) && index.listedAs(name).length === 0) return index.get(lower);
  const native = dialect && index.nativeTo(dialect);
  if (native && index.providers.has(native) && index.offers(native, name))
    return byId(index, `${native}/${name}`);
  const listed = onlyOne(index.listedAs(name), name);
  if (listed) return listed;
  const providers = [...index.providers.keys()].filter((provider) => index.offers(provider, name));
  return onlyOne(
    providers.flatMap((provider) => byId(index, `${provider}/${name}`) ?? []),
    name,
  );
}

/** Refuses several names in one. An id may contain a comma, too, but not before a name that is known. */
function refuseList(book: NameBook, name: string): void {
  const { index } = book;
  if (index.lists(name)) return;
  const names = name.split(',').map((part) => part.trim());
  const known = new Set(knownNames(book));
  const isKnown = (part: string) =>
    known.has(part) ||
    isVirtualName(part) ||
    isProvider(index, part) ||
    isProvider(index, splitId(part).provider);
  if (!names.every(isKnown)) return;
  const message = `"${shownName(name)}" is several names in one: give each model by itself`;
  throw new ConclaveError('model_not_found', message, { param: 'model' });
}

function isProvider({ providers, builtIn }: CatalogueIndex, name: string): boolean {
  return providers.has(name) || builtIn.has(name);
}

function onlyOne(models: readonly Model[], name: string): Model | undefined {
  if (models.length <= 1) return models[0];
  const ids = models.map(({ id }) => id).join(', ');
  throw new ConclaveError('invalid_request', `several providers have "${name}": name one of ${ids}`, {
    param: 'model',
  });
}

function retirement({ id, retired }: Model): string[] {
  return retired ? [`${id} is being retired: its maker names ${retired.successor} as its successor`] : [];
}

const remembered = new WeakMap<CatalogueIndex, Map<string, string[]>>();
const maxRemembered = 1_000;

/**
 * Warns about an unlisted name. It is accepted because lists are always late, but its price is unknown and it may be
 * misspelt.
 */
function strangeness(index: CatalogueIndex, { id, name, provider, price, local }: Model): string[] {
  if (price !== undefined || local || index.lists(id)) return [];
  const known = remembered.get(index) ?? new Map<string, string[]>();
  remembered.set(index, known);
  const before = known.get(id);
  if (before) return before;
  const names = index.current.filter((model) => model.provider === provider).map((model) => model.name);
  const near = nearestNames(name, names).map((nearName) => `${provider}/${nearName}`);
  const warnings =
    near.length > 0 ? [`no list has "${id}", so its price is unknown; ${suggestion(near)}`] : [];
  if (known.size >= maxRemembered) known.clear();
  known.set(id, warnings);
  return warnings;
}

function notConfigured(index: CatalogueIndex, provider: string): string {
  const variables = index.builtIn.get(provider)?.keyVariables ?? [];
  const remedy = variables.length > 0 ? `set ${variables.join(' or ')}` : `add it under providers`;
  return `the provider ${provider} is not configured; ${remedy}`;
}

/** Returns every name that `resolveName` accepts for the current models. */
export function knownNames({ index, aliases }: NameBook): string[] {
  const names = [
    ...aliases.keys(),
    ...Object.keys(builtInAliases),
    ...index.current.flatMap(({ id, name }) => [id, name]),
  ];
  return [...new Set(names)];
}

function notFound(book: NameBook, name: string): ConclaveError {
  const { index } = book;
  const shown = shownName(name);
  if (isProvider(index, shown) || (shown === name && /^[^/]*\/\s*$/.test(name))) {
    const provider = name.trim().replace(/\/$/, '');
    const message = `"${name}" names a provider and no model; write ${provider === '' ? 'provider/model' : `${provider}/<model>`}, or "auto"`;
    return new ConclaveError('model_not_found', message, { param: 'model' });
  }
  const { provider } = splitId(shown);
  if (index.builtIn.has(provider)) {
    return new ConclaveError('model_not_found', `${shown}: ${notConfigured(index, provider)}`, {
      param: 'model',
      missingProvider: provider,
    });
  }
  const hint = didYouMean(shown, knownNames(book), {
    otherwise: '"conclave models" lists the models',
    most: 5,
  });
  return new ConclaveError('model_not_found', `no model "${shown}"; ${hint}`, { param: 'model' });
}
