import { ConclaveError } from '../../../core/errors.ts';
import type { Named } from '../../memory/stored-answers.ts';

/** The kind of thing that a field refers to, if not a part of an answer. */
const kinds: Readonly<Record<string, string>> = {
  previous_response_id: 'Previous response',
  conversation: 'Conversation',
  thread: 'Message',
  previous_message_id: 'Message',
  container: 'Container',
};

/**
 * The error of a call that refers to something its key does not own. In OpenAI's wording; the same whether another key
 * owns the id or the id is unknown.
 */
export function foreignReference({ id, param }: Named): ConclaveError {
  const kind = kinds[param.replace(/^tools\.\d+\./, '')] ?? 'Item';
  const isContainer = kind === 'Container';
  const remedy = isContainer ? 'Omit it to get a new one.' : 'Send the conversation itself as input.';
  const what = `${kind} with id '${id}' not found`;
  const which = isContainer ? 'no such container' : 'no such answer';
  return new ConclaveError('not_found', `${what}: this key has been given ${which} here. ${remedy}`, {
    param,
    ...(param === 'previous_response_id' && { openAiCode: 'previous_response_not_found' }),
    toOperator: `${what}: the key has been given ${which} here. To allow ids created elsewhere, set server.foreignIds: true.`,
  });
}
