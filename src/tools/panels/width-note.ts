import { shownNames } from '../../core/names/shown-names.ts';
import type { CallReceipt } from '../../core/call.ts';
import type { Tokens } from '../../core/units.ts';
import type { ToolContext } from '../offer/tool.ts';

/** Files up to this size fit nearly every model, so no note is needed. */
const ordinary: Tokens = 60_000;

/**
 * Explains why a prompt with large files went to its model: which models had too small a window, from the router's
 * decision.
 */
export async function widthNote(
  { ledger }: Pick<ToolContext, 'ledger'>,
  { model, requestId }: Pick<CallReceipt, 'model' | 'requestId'>,
  tokens: Tokens,
): Promise<string[]> {
  if (tokens <= ordinary || model === undefined) return [];
  const row = await ledger.show(requestId);
  const narrow = (row?.decision?.ruledOut ?? []).flatMap((one) => (one.rule === 'window' ? [one.model] : []));
  if (narrow.length === 0) return [];
  return [
    `${model} was chosen because the files, about ${tokens} tokens, fit its context window; they do not fit ${shownNames(narrow, 3)}.`,
  ];
}
