import type { ReasoningPart } from '../../core/wire/content.ts';
import type { ModelTarget } from '../request/model-target.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { isClaude } from '../makers/claude/is-claude.ts';
import { isGemini } from '../makers/gemini-habits.ts';
import { mappedList } from '../openai/openai-tool.ts';
import { knownName } from '../request/known-name.ts';
import { callSignatures, withSignature, type CallSignatures } from './google-signature.ts';
import { writeDetail } from './reasoning-details.ts';
import { writeThought } from './told-thought.ts';

/**
 * Returns the fields that carry an assistant's thoughts in a message with this content and these calls, as far as the
 * provider accepts them back.
 */
export function thoughtMembers(
  thoughts: readonly ReasoningPart[],
  target: ModelTarget,
  { content = null, tool_calls: calls }: JsonObject,
): JsonObject {
  const members: JsonObject = { content };
  const signatures = callSignatures();
  for (const thought of withoutCallSignatures(thoughts, target, signatures))
    addThought(members, thought, { target, warnings: [] });
  const signed = mappedList(calls, (call) => withSignature(call, signatures));
  if (signed) members.tool_calls = signed;
  return members;
}

/** Notes the signatures that go back to a Gemini beside its calls. Returns what is left of the thoughts. */
export function withoutCallSignatures(
  thoughts: readonly ReasoningPart[],
  target: ModelTarget,
  signatures: CallSignatures,
): readonly ReasoningPart[] {
  if (!isGemini(knownName(target))) return thoughts;
  return thoughts.flatMap((thought) => {
    const { signature, ...rest } = thought;
    if (signature === undefined || !signatures.note(signature)) return [thought];
    return rest.text === '' ? [] : [rest];
  });
}

/**
 * Adds a thought in the field in which the provider is known to expect it, or sent it; other providers reject thoughts.
 * Proofs are sent only to their maker.
 */
export function addThought(
  members: JsonObject,
  thought: ReasoningPart,
  { target, warnings }: { readonly target: ModelTarget; readonly warnings: string[] },
): void {
  const field = target.quirks.reasoningField ?? thought.field;
  if (field === undefined) {
    warnings.push('Reasoning of earlier turns was left out: this provider does not accept it back.');
    return;
  }
  const name = knownName(target);
  const details = Array.isArray(members.reasoning_details) ? members.reasoning_details : [];
  const detail = writeDetail(thought, name, details.length);
  if (detail) members.reasoning_details = [...details, detail];
  // Claude rejects the text of a thought that it has not signed. Only a provider that showed the thought itself may
  // accept it without a signature. https://github.com/OpenRouterTeam/ai-sdk-provider/issues/423
  else if (isClaude(name) && thought.field === undefined) {
    warnings.push('Reasoning of another model was left out: Claude accepts only what it signed itself.');
    return;
  }
  if (thought.text !== '') writeThought(members, field, thought.text);
  else if (!detail) warnings.push('Encrypted reasoning of another provider was left out.');
}
