import { matchesAny } from '../names/matches-pattern.ts';
import type { Quirks } from '../provider.ts';
import type { ModelRequest } from './request.ts';

/** Returns the fields of a request without which the answer would not be the requested one; `undefined` if it has none. */
export function requiredFields({ extras }: Pick<ModelRequest, 'extras'>): readonly string[] | undefined {
  const fields = extras?.filter(({ fieldClass }) => fieldClass === 'required');
  return fields?.length ? fields.map(({ name }) => name) : undefined;
}

/** Most servers of OpenAI's chat format ignore these, and answer as if they were not there. */
const oftenIgnored: ReadonlySet<string> = new Set(['audio', 'moderation', 'plugins', 'web_search_options']);

/** Returns the first required field that a model, by its known name, may ignore; `undefined` if there is none. */
export function ignoredField(
  fields: readonly string[],
  model: string,
  { actsOn = {} }: Quirks,
): string | undefined {
  return fields.find((field) => oftenIgnored.has(field) && !matchesAny(model, actsOn[field] ?? []));
}
