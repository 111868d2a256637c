import { ConclaveError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import { idSpelling } from '../../core/names/id-spelling.ts';
import {
  providerSorts,
  retentionMembers,
  type ProviderNames,
  type ProviderPreferences,
} from '../../core/routing/preferences/provider-preferences.ts';
import {
  array,
  boolean,
  choice,
  number,
  object,
  refuse,
  string,
} from '../../dialects/fields/strict-fields.ts';
import { providerId } from './provider-id.ts';
import { forwardedToRouter } from './forwarded-to-router.ts';

/** Options for Conclave in the request body, in OpenRouter's format, for every dialect. */
export type BodyControls = {
  readonly models?: readonly string[];
  readonly providerPreferences?: ProviderPreferences;
  /** Only models that support every option of the request may answer. */
  readonly requireParameters: boolean;
  /** Add the cost of the call to the usage of the reply. */
  readonly includeCost: boolean;
  /** The body without Conclave's own fields. */
  readonly body: JsonObject;
  /** The fields that were removed from the body. */
  readonly ours: readonly string[];
};

const members = ['models', 'provider', 'usage', 'route'] as const;

/** Reads `models`, `route`, `provider` and `usage`. @throws ConclaveError `invalid_request` naming the field and the fix. */
export function bodyControls(body: JsonObject, providers: ProviderNames): BodyControls {
  const ours = members.filter((member) => body[member] !== undefined);
  if (ours.length === 0) return { requireParameters: false, includeCost: false, body, ours };
  const models = readModels(body);
  const { providerPreferences, requireParameters } = readProvider(body, providers);
  const rest = Object.fromEntries(Object.entries(body).filter(([name]) => !isOurs(name)));
  const [first] = models ?? [];
  const nameless = body.model === undefined || body.model === null || body.model === '';
  return {
    ...(models && { models }),
    ...(providerPreferences && { providerPreferences }),
    requireParameters,
    includeCost: readUsage(body),
    body: nameless && first !== undefined ? { ...rest, model: first } : rest,
    ours,
  };
}

function isOurs(name: string): boolean {
  return members.some((member) => member === name);
}

const maxModels = 20;

function readModels(body: JsonObject): string[] | undefined {
  // OpenRouter's older way to request fallbacks, which a list of models requests anyway.
  const route = string.optional(body, 'route');
  if (route !== undefined && route !== 'fallback') refuse('route', '"fallback" or absent', route);
  const list = array.optional(body, 'models');
  if (list === undefined) return undefined;
  if (list.length === 0 || list.length > maxModels) {
    refuse('models', `a list of 1 to ${maxModels} model names`, list.length);
  }
  return list.map((value, at) => string.check(value, `models.${at}`));
}

function readUsage(body: JsonObject): boolean {
  const usage = object.optional(body, 'usage');
  if (usage === undefined) return false;
  refuseUnknown('usage', usage, ['include']);
  return boolean.optional(usage, 'include', 'usage') ?? false;
}

const known = [
  'order',
  'only',
  'ignore',
  'allow_fallbacks',
  'require_parameters',
  'sort',
  'max_price',
  ...retentionMembers,
] as const;

function readProvider(
  body: JsonObject,
  providers: ProviderNames,
): { readonly providerPreferences?: ProviderPreferences; readonly requireParameters: boolean } {
  const found = object.optional(body, 'provider');
  if (found === undefined) return { requireParameters: false };
  if (!providers.open) refuseUnknown('provider', found, known);
  const forwarded = providers.open ? forwardedToRouter(found, providers) : undefined;
  const foreign = unknownIn(found, known).map((member) => `provider.${member}`);
  const order = readNames(found, 'order', providers);
  const only = readNames(found, 'only', providers);
  const ignore = readNames(found, 'ignore', providers);
  const allowFallbacks = boolean.optional(found, 'allow_fallbacks', 'provider');
  const sort = readSort(found);
  const maxPrice = readMaxPrice(found);
  const noRetention = readRetention(found);
  return {
    providerPreferences: {
      ...(order && { order }),
      ...(only && { only }),
      ...(ignore && { ignore }),
      ...(allowFallbacks !== undefined && { allowFallbacks }),
      ...(sort && { sort }),
      ...(maxPrice && { maxPrice }),
      ...(noRetention && { noRetention }),
      ...(foreign.length > 0 && { foreign }),
      ...(forwarded && { forwarded }),
    },
    requireParameters: boolean.optional(found, 'require_parameters', 'provider') ?? false,
  };
}

function readNames(found: JsonObject, member: string, names: ProviderNames): string[] | undefined {
  return array.optional(found, member, 'provider')?.map((value, at) => {
    const path = `provider.${member}.${at}`;
    const written = string.check(value, path);
    const id = providerId(written, names);
    if (id !== undefined) return id;
    if (names.open) return written;
    const hint = didYouMean(idSpelling(written), names.ids, {
      otherwise: 'see docs/providers.md for their ids',
    });
    throw new ConclaveError('invalid_request', `${path}: there is no provider "${written}"; ${hint}`, {
      param: path,
    });
  });
}

/** OpenRouter accepts a string, or an object whose `by` is one. */
function readSort(found: JsonObject): ProviderPreferences['sort'] {
  const written = found.sort;
  if (written === undefined || written === null) return undefined;
  const by = typeof written === 'string' ? written : object.check(written, 'provider.sort').by;
  const sort = providerSorts.find((one) => one === by);
  return sort ?? refuse('provider.sort', providerSorts.map((one) => `"${one}"`).join(' or '), by);
}

const dataCollection = choice('allow', 'deny');

function readRetention(found: JsonObject): ProviderPreferences['noRetention'] {
  const denied = dataCollection.optional(found, 'data_collection', 'provider') === 'deny';
  if (boolean.optional(found, 'zdr', 'provider')) return 'zdr';
  return denied ? 'data_collection' : undefined;
}

const prices = ['prompt', 'completion', 'request'] as const;

function readMaxPrice(found: JsonObject): ProviderPreferences['maxPrice'] {
  const written = object.optional(found, 'max_price', 'provider');
  if (written === undefined) return undefined;
  refuseUnknown('provider.max_price', written, prices);
  return Object.fromEntries(
    prices.flatMap((name) => {
      const value = written[name];
      if (value === undefined || value === null) return [];
      // Some clients write prices as strings, like OpenRouter's own model lists.
      const price =
        typeof value === 'string'
          ? Number(value.trim() || NaN)
          : number.check(value, `provider.max_price.${name}`);
      if (!(price >= 0 && price < Infinity))
        refuse(`provider.max_price.${name}`, 'dollars of at least 0', value);
      return [[name, price]];
    }),
  );
}

function refuseUnknown(at: string, found: JsonObject, names: readonly string[]): void {
  const [unknown] = unknownIn(found, names);
  if (unknown === undefined) return;
  const message = `${at}.${unknown} is not supported; ${didYouMean(unknown, names)}`;
  throw new ConclaveError('invalid_request', message, { param: `${at}.${unknown}` });
}

function unknownIn(found: JsonObject, names: readonly string[]): string[] {
  return Object.keys(found).filter((name) => !names.includes(name) && found[name] !== null);
}
