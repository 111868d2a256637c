import type { App } from '../../app.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { decodeSegment } from './decode-segment.ts';
import { speaksAnthropic } from './dialect-of.ts';
import { listedPage, type ListedPage } from './listed-page.ts';
import { type ListedModel, namedFor, namesFor } from './named-models.ts';
import type { AskedByKey } from './route.ts';
import { sendNamedJson } from './send-json.ts';

/** `GET /v1/models`: what the key may name, as the client's maker would list it. */
export function listModels(app: App, exchange: HttpExchange, { principal }: AskedByKey): void {
  const models = namesFor(app, principal);
  const list = speaksAnthropic(exchange)
    ? anthropicModelList(listedPage(models, exchange.query))
    : openAiModelList(models);
  sendNamedJson(app, exchange, list);
}

/** `GET /v1/models/<model>`. @throws ConclaveError `model_not_found` for a name that means nobody to this key. */
export function showModel(app: App, exchange: HttpExchange, { principal, name }: AskedByKey): void {
  const model = namedFor(app, principal, {
    name: decodeSegment(name, { called: 'The model id ', param: 'model' }),
  });
  sendNamedJson(app, exchange, speaksAnthropic(exchange) ? anthropicModel(model) : openAiModel(model));
}

/** One model as OpenAI shows it. */
function openAiModel({ id, provider }: ListedModel) {
  return { id, object: 'model', created: 0, owned_by: provider };
}

/** `GET /v1/models` as OpenAI answers it. */
function openAiModelList(models: readonly ListedModel[]) {
  return { object: 'list', data: models.map(openAiModel) };
}

/** One model as Anthropic shows it. */
function anthropicModel({ id }: ListedModel) {
  return { type: 'model', id, display_name: id, created_at: '1970-01-01T00:00:00Z' };
}

/** A page of `GET /v1/models` as Anthropic answers it. */
function anthropicModelList({ models, hasMore }: ListedPage) {
  const data = models.map(anthropicModel);
  return { data, has_more: hasMore, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}
