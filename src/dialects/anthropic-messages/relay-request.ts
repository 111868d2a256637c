import { appendAll } from '../../core/lists/append-all.ts';
import type { MemberEdit, RelayRequest, WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { isClaude } from '../makers/claude/is-claude.ts';
import { knownName } from '../request/known-name.ts';
import { quirkEdits } from '../request/quirk-edits.ts';
import type { RequestDraft } from '../request/draft.ts';
import { attributionEdits } from './attribution.ts';
import { thoughtEdits } from './foreign-thoughts.ts';
import { budgetEdits, habitEdits } from './habit-edits.ts';
import { placedSystemTurns } from './placed-system-turns.ts';
import { withoutCompactions, withoutSummarized } from './without-summarized.ts';
import { headers, path } from './write-request.ts';

/**
 * Returns the edits to the client's own body: the model's name at the provider, an output limit that Conclave has set,
 * and the provider's quirks.
 */
export function relayRequest(sent: JsonObject, request: ModelRequest, target: WireTarget): RelayRequest {
  const draft: RequestDraft = { request, target, warnings: [] };
  const [body, shortened] = withSummary(sent, draft);
  const wanted: MemberEdit[] = [
    { member: 'model', value: target.model },
    { member: 'max_tokens', value: request.maxOutputTokens },
  ];
  const edits = wanted.filter(({ member, value }) => value !== undefined && value !== body[member]);
  const changes = target.chosen ? habitEdits(body, draft) : budgetEdits(body, draft);
  const fitted = { ...body, ...Object.fromEntries(changes.map(({ member, value }) => [member, value])) };
  appendAll(edits, [
    ...shortened,
    ...changes,
    ...attributionEdits(fitted, target),
    ...thoughtEdits(fitted, draft),
  ]);
  appendAll(edits, quirkEdits(body, draft, edits));
  const last = lastOfEach(edits);
  return {
    path: target.quirks.path ?? path,
    headers,
    edits: isClaude(knownName(target)) ? last.map((edit) => withPlacedTurns(edit, sent)) : last,
    warnings: draft.warnings,
  };
}

/** What the call is measured by is what is sent: only Anthropic itself drops what a summary stands for. */
function withSummary(
  body: JsonObject,
  { target, warnings }: RequestDraft,
): readonly [JsonObject, MemberEdit[]] {
  const { messages } = body;
  if (target.quirks.shortensPrompts === true || !Array.isArray(messages)) return [body, []];
  const summed = withoutSummarized(messages);
  // Those that are left have failed, and stand for nothing.
  const withoutFailed = withoutCompactions(summed ?? messages);
  if (withoutFailed) warnings.push('A block of type "compaction" was left out: only Anthropic has it.');
  const value = withoutFailed ?? summed;
  if (!value) return [body, []];
  return [{ ...body, messages: value }, [{ member: 'messages', value }]];
}

/** Claude accepts the client's own order; an answer that was left out may have been what a system message stood before. */
function withPlacedTurns(edit: MemberEdit, sent: JsonObject): MemberEdit {
  if (edit.member !== 'messages' || !Array.isArray(edit.value)) return edit;
  const isShorter = answersIn(edit.value) < answersIn(sent.messages);
  return isShorter ? { ...edit, value: placedSystemTurns(edit.value) } : edit;
}

function answersIn(messages: JsonValue | undefined): number {
  return objectsOf(messages).filter(({ role }) => role === 'assistant').length;
}

/** Keeps the last edit of each field: a later edit already builds on the earlier ones. */
function lastOfEach(edits: readonly MemberEdit[]): MemberEdit[] {
  return [...new Map(edits.map((edit) => [edit.member, edit])).values()];
}
