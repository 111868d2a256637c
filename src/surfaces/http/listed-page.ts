import { ConclaveError } from '../../core/errors.ts';
import type { ListedModel } from './named-models.ts';

export type ListedPage = { readonly models: readonly ListedModel[]; readonly hasMore: boolean };

const maxPerPage = 1_000;

/**
 * Returns the page that an Anthropic client requests: `limit` models after `after_id` or before `before_id`. Without a
 * limit it returns all models, for clients that read only one page (Anthropic's own default is 20).
 * https://docs.claude.com/en/api/models-list
 * @throws ConclaveError `invalid_request` naming the parameter.
 */
export function listedPage(models: readonly ListedModel[], query: URLSearchParams): ListedPage {
  const limit = limitOf(query.get('limit')) ?? models.length;
  const [after, before] = [query.get('after_id'), query.get('before_id')];
  if (after !== null && before !== null)
    throw wrong('before_id', 'before_id and after_id cannot be combined.');
  if (before !== null) {
    const end = placeOf(models, 'before_id', before);
    const start = Math.max(0, end - limit);
    return { models: models.slice(start, end), hasMore: start > 0 };
  }
  const start = after === null ? 0 : placeOf(models, 'after_id', after) + 1;
  return { models: models.slice(start, start + limit), hasMore: start + limit < models.length };
}

function limitOf(written: string | null): number | undefined {
  if (written === null) return undefined;
  const limit = /^\d{1,9}$/.test(written) ? Number(written) : 0;
  if (limit >= 1 && limit <= maxPerPage) return limit;
  throw wrong('limit', `limit: "${written}" is not a whole number from 1 to ${maxPerPage}.`);
}

function placeOf(models: readonly ListedModel[], param: string, id: string): number {
  const place = models.findIndex((model) => model.id === id);
  if (place >= 0) return place;
  throw wrong(param, `${param}: no model "${id}" is in this list; use first_id or last_id of a page.`);
}

function wrong(param: string, message: string): ConclaveError {
  return new ConclaveError('invalid_request', message, { param });
}
