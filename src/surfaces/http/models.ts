import type { App } from '../../app.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { decodeSegment } from './decode-segment.ts';
import { speaksAnthropic } from './dialect-of.ts';
import { listedPage, type ListedPage } from './listed-page.ts';
import { type ListedModel, namedFor, namesFor } from './named-models.ts';
import type { PathParamsByKey } from './route.ts';
import { sendNamedJson } from './send-json.ts';

/** `GET /v1/models`: the names that the key may use, in OpenAI's or Anthropic's format. */
export function listModels(app: App, exchange: HttpExchange, { principal }: PathParamsByKey): void {
  const models = namesFor(app, principal);
  const list = speaksAnthropic(exchange)
    ? anthropicModelList(listedPage(models, exchange.query))
    : openAiModelList(models);
  sendNamedJson(app, exchange, list);
}

/** `GET /v1/models/<model>`. @throws ConclaveError `model_not_found` for a name that this key cannot use. */
export function showModel(app: App, exchange: HttpExchange, { principal, name }: PathParamsByKey): void {
  const model = namedFor(app, principal, {
    name: decodeSegment(name, { called: 'The model id ', param: 'model' }),
  });
  sendNamedJson(app, exchange, speaksAnthropic(exchange) ? anthropicModel(model) : openAiModel(model));
}

/** Formats one model like OpenAI. */
function openAiModel({ id, provider }: ListedModel) {
  return { id, object: 'model', created: 0, owned_by: provider };
}

/** Formats `GET /v1/models` like OpenAI. */
function openAiModelList(models: readonly ListedModel[]) {
  return { object: 'list', data: models.map(openAiModel) };
}

/** Formats one model like Anthropic. */
function anthropicModel({ id }: ListedModel) {
  return { type: 'model', id, display_name: id, created_at: '1970-01-01T00:00:00Z' };
}

/** Formats a page of `GET /v1/models` like Anthropic. */
function anthropicModelList({ models, hasMore }: ListedPage) {
  const data = models.map(anthropicModel);
  return { data, has_more: hasMore, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}
