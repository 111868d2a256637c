import type { Model } from '../../core/model.ts';

/** `GET /v1/models` as OpenAI answers it. */
export function openAiModelList(models: readonly Model[]) {
  return { object: 'list', data: models.map(openAiModel) };
}

export function openAiModel(model: Model) {
  return { id: model.id, object: 'model', created: 0, owned_by: model.provider };
}

/** `GET /v1/models` as Anthropic answers it, in one page. */
export function anthropicModelList(models: readonly Model[]) {
  const data = models.map((model) => ({
    type: 'model',
    id: model.id,
    display_name: model.id,
    created_at: '1970-01-01T00:00:00Z',
  }));
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}
