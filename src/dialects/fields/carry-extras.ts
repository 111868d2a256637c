import type { DialectId } from '../../core/wire/content.ts';
import { ConclaveError } from '../../core/errors.ts';
import { shownField } from '../../core/names/shown-field.ts';
import type { ExtraField } from '../../core/wire/request.ts';
import type { RequestDraft } from '../request/draft.ts';

/**
 * Returns the extra fields that `dialect` can send, unchanged or under its own names for them. Hints of another dialect
 * without a counterpart are named in `warnings`, except those that the caller has `expressed` itself.
 * @throws ConclaveError `unsupported` for another dialect's required or pinning field.
 */
export function carryExtras(
  { request, warnings }: Pick<RequestDraft, 'request' | 'warnings'>,
  dialect: DialectId,
  expressed: readonly string[] = [],
): readonly ExtraField[] {
  const { origin } = request;
  const carried: ExtraField[] = [];
  for (const field of request.extras ?? []) {
    const { name, fieldClass, value, inWords, isRead, writtenBy } = field;
    if (writtenBy?.includes(dialect)) continue;
    if (inWords) {
      const who = origin === dialect ? 'this provider' : dialect;
      warnings.push(`${shownField(field)} was written into the prompt: ${who} cannot enforce it.`);
      continue;
    }
    if (origin === dialect) {
      carried.push(field);
      continue;
    }
    if (isRead || expressed.includes(name)) continue;
    if (fieldClass !== 'hint') {
      throw new ConclaveError(
        'unsupported',
        `"${name}" of ${request.origin} has no counterpart in ${dialect}; choose a model of its own provider or leave it out.`,
        { param: name },
      );
    }
    const twin = twinOf(name, origin, dialect);
    if (twin !== undefined && dialect === 'openai-responses') carried.push({ name: twin, fieldClass, value });
    else if (twin !== undefined) {
      warnings.push(`"${name}" was left out: many providers of ${dialect} reject "${twin}".`);
    } else warnings.push(`${shownField(field)} was left out: ${dialect} does not support it.`);
  }
  return carried;
}

/** Fields that OpenAI's two dialects share: the name in Chat Completions, and the name in Responses. */
const twins: readonly (readonly [chat: string, responses: string])[] = [
  ['metadata', 'metadata'],
  ['service_tier', 'service_tier'],
  ['prompt_cache_key', 'prompt_cache_key'],
  ['prompt_cache_retention', 'prompt_cache_retention'],
  ['safety_identifier', 'safety_identifier'],
  ['verbosity', 'text.verbosity'],
];

/**
 * Returns the other dialect's name for a field. Few providers besides OpenAI support Responses; many support Chat
 * Completions, and some of them reject fields that they do not know.
 */
function twinOf(name: string, from: DialectId | undefined, to: DialectId): string | undefined {
  if (from === 'openai-chat' && to === 'openai-responses') {
    return twins.find(([chat]) => chat === name)?.[1];
  }
  if (from !== 'openai-responses' || to !== 'openai-chat') return undefined;
  return twins.find(([, responses]) => responses === name)?.[0];
}
