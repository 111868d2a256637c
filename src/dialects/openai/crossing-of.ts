import type { ExtraField } from '../../core/wire/request.ts';
import { twinOf } from '../fields/shared-fields.ts';
import { promptCacheFields } from '../prompt-cache/openai-prompt-cache.ts';

type Crossing = Pick<ExtraField, 'crosses'>;

const crossing: Crossing = { crosses: true };
const staying: Crossing = {};

/** Says of a field of OpenAI's whether some providers of other dialects are sent what it asks for. */
export function crossingOf(name: string, from: 'openai-chat' | 'openai-responses'): Crossing {
  const isCached = promptCacheFields.some((field) => field === name);
  return isCached || twinOf(name, from, 'openai-responses') !== undefined ? crossing : staying;
}
