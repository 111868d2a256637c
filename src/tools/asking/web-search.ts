import type { Catalogue } from '../../core/catalogue.ts';
import type { DialectId } from '../../core/wire/content.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { Model } from '../../core/model.ts';
import type { ExtraField } from '../../core/wire/request.ts';
import { tiers } from '../../core/task.ts';

/** How a provider's web search is requested; absent for a provider that always searches. */
export type NativeSearch = { readonly origin: DialectId; readonly extras: readonly ExtraField[] };

/** The providers that search the web on their side, with how each is asked to. */
const searchOf: Readonly<Record<string, NativeSearch | 'always'>> = {
  anthropic: native('anthropic-messages', { type: 'web_search_20250305', name: 'web_search', max_uses: 5 }),
  openai: native('openai-responses', { type: 'web_search' }),
  google: native('google-generate', { googleSearch: {} }),
  perplexity: 'always',
};

/**
 * Chooses the model that searches, and how to request the search: the named model, else the thread's if it can
 * search, else the best ordinary one, under a cost ceiling of those whose price is known.
 * @throws ConclaveError `no_candidate` if no model can search, `unsupported` if the named one cannot.
 */
export function searchingModel(
  {
    named,
    last,
    hasCeiling = false,
  }: {
    readonly named?: string | undefined;
    readonly last?: string | undefined;
    readonly hasCeiling?: boolean;
  },
  catalogue: Catalogue,
): { readonly model: Model; readonly native: NativeSearch | undefined } {
  const able = catalogue.models().filter(canSearch).toSorted(byTier);
  const resolution = catalogue.resolve(named ?? 'auto');
  const model =
    resolution.kind === 'model'
      ? resolution.model
      : (able.find(({ id }) => id === last) ?? able.find(({ price }) => !hasCeiling || price !== undefined));
  if (!model) {
    throw new ConclaveError(
      'no_candidate',
      `No configured model can search the web; add a provider that does: ${Object.keys(searchOf).join(', ')}.`,
      { param: 'model' },
    );
  }
  if (!canSearch(model)) {
    const others = able.slice(0, 3).map(({ id }) => id);
    const hint = others.length > 0 ? `try ${others.join(', ')}` : 'no configured model can';
    throw new ConclaveError('unsupported', `${model.id} cannot search the web; ${hint}.`, { param: 'model' });
  }
  const way = searchOf[model.provider];
  return { model, native: way === 'always' ? undefined : way };
}

function canSearch({ provider, capabilities }: Model): boolean {
  return provider in searchOf && capabilities['web-search'] === true;
}

/** Workhorses first: reading pages takes many tokens and little reasoning. Models without a tier come last. */
function byTier(a: Model, b: Model): number {
  return rank(a) - rank(b);
}

function rank({ tier }: Model): number {
  return tier === undefined ? tiers.length : tier === 'workhorse' ? -1 : tiers.indexOf(tier);
}

function native(origin: DialectId, tool: JsonObject): NativeSearch {
  return { origin, extras: [{ name: 'tools', fieldClass: 'pinning', value: [tool] }] };
}
