import { isJsonObject } from '../../core/json/json.ts';
import type { Provider } from '../../core/provider.ts';
import type { Config } from '../schema/config-schema.ts';

/**
 * Says where a model is given a longer context window than its provider's fixed `num_ctx` lets it have: the router sends
 * prompts that Ollama then refuses.
 */
export function doubtsOfContext(
  providers: readonly Pick<Provider, 'id' | 'quirks'>[],
  models: Config['models'],
): string[] {
  return providers.flatMap(({ id, quirks }) => {
    const options = quirks.extraBody?.options;
    const fixed = isJsonObject(options) ? options.num_ctx : undefined;
    if (typeof fixed !== 'number') return [];
    return models
      .filter((model) => model.id.startsWith(`${id}/`) && (model.contextWindow ?? 0) > fixed)
      .map(
        (model) =>
          `models: the contextWindow of ${model.id} is ${model.contextWindow}, but ${id} is asked for num_ctx ${fixed}: set both to the same size`,
      );
  });
}
