import { appendAll } from '../../core/lists/append-all.ts';
import type { MemberEdit, RelayRequest, WireTarget } from '../../core/wire/dialect.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { quirkEdits } from '../request/quirk-edits.ts';
import type { RequestDraft } from '../request/draft.ts';
import { samplingEdits } from '../makers/gpt-habits.ts';
import { mappedList, relayedFunction } from '../openai/openai-tool.ts';
import { withinLimit } from '../request/output-limit.ts';
import { declaredEfforts, effortFor, grantedEffort, knownEfforts } from '../makers/known-efforts.ts';
import { isOurId } from './item-id.ts';
import { openWords } from './open-words.ts';
import { declaresTools } from './read-tools.ts';
import { isForeign } from './reasoning-proof.ts';
import { path, sealedThoughts } from './write-request.ts';

/**
 * Returns the edits to the client's own body: the model's name at the provider, an output limit that Conclave has set,
 * and the provider's quirks.
 */
export function relayRequest(body: JsonObject, asked: ModelRequest, target: WireTarget): RelayRequest {
  const warnings: string[] = [];
  const given: RequestDraft = { request: asked, target, warnings };
  const draft = target.chosen ? withinLimit(given) : given;
  const wanted: MemberEdit[] = [
    { member: 'model', value: target.model },
    { member: 'max_output_tokens', value: draft.request.maxOutputTokens },
  ];
  const edits = wanted.filter(({ member, value }) => value !== undefined && value !== body[member]);
  appendAll(edits, inputEdits(body, draft));
  appendAll(edits, effortEdits(body, draft));
  appendAll(edits, toolEdits(body, draft));
  if (target.chosen) appendAll(edits, samplingEdits(body, draft));
  appendAll(edits, quirkEdits(body, draft, edits));
  return { path: target.quirks.path ?? path, headers: {}, edits, warnings };
}

/** Returns the edit that gives the conversation the items that this provider and model accept. */
function inputEdits({ input }: JsonObject, draft: RequestDraft): MemberEdit[] {
  if (!Array.isArray(input)) return [];
  const items = input.map((item) => (isJsonObject(item) ? relayedItem(item, draft) : item));
  if (items.every((item, at) => item === input[at])) return [];
  return [{ member: 'input', value: items.filter((item) => item !== undefined) }];
}

/**
 * Removes ids and proofs of other models from an item, and seals that are none: no provider of this dialect knows them,
 * and it would reject the whole call. `undefined`: the item is left out.
 */
function relayedItem(item: JsonObject, draft: RequestDraft): JsonObject | undefined {
  const { target, warnings } = draft;
  if (declaresTools(item)) return withAcceptedTools(item, draft);
  if (item.type === 'agent_message') return withOpenWords(item);
  if (!isOurId(item.id) && !isForeign(item) && opensProof(item, target.opens)) return item;
  if (item.type !== 'reasoning') return { ...item, id: undefined };
  warnings.push('Reasoning of another model or key was left out: only its own maker can read it.');
  return undefined;
}

function withOpenWords(item: JsonObject): JsonObject {
  const content = mappedList(item.content, (part) => {
    const text = openWords(part);
    return text === undefined ? part : { type: 'input_text', text };
  });
  return content ? { ...item, content } : item;
}

/** Returns the edit that gives functions a schema that the model Conclave chose accepts. */
function toolEdits(body: JsonObject, draft: RequestDraft): MemberEdit[] {
  const { tools } = withAcceptedTools(body, draft);
  return tools === undefined || tools === body.tools ? [] : [{ member: 'tools', value: tools }];
}

/** Returns what declares tools, with functions that a model Conclave chose accepts; itself if nothing must change. */
function withAcceptedTools(holder: JsonObject, draft: RequestDraft): JsonObject {
  if (!draft.target.chosen) return holder;
  const tools = mappedList(holder.tools, (tool) => {
    if (tool.type === 'namespace') return withAcceptedTools(tool, draft);
    return tool.type === 'function' ? relayedFunction(tool, draft) : tool;
  });
  return tools ? { ...holder, tools } : holder;
}

function opensProof({ type, encrypted_content: proof }: JsonObject, opens: WireTarget['opens']): boolean {
  return type !== 'reasoning' || typeof proof !== 'string' || opens?.(proof) !== false;
}

/**
 * Returns the edits to the thinking fields. A model that is known not to think rejects any request for thinking or for
 * encrypted thoughts.
 */
function effortEdits(body: JsonObject, draft: RequestDraft): MemberEdit[] {
  const { request, target, warnings } = draft;
  const { reasoning } = request;
  const { model, quirks, capabilities, chosen } = target;
  const wanted = reasoning?.effort;
  if (capabilities?.reasoning === false) {
    if (reasoning && wanted !== 'none')
      warnings.push(`Reasoning was not requested: ${model} does not support it.`);
    return [
      ...(body.reasoning === undefined ? [] : [{ member: 'reasoning', value: undefined }]),
      ...withoutSealedThoughts(body),
    ];
  }
  // OpenRouter's field for a thinking budget, which OpenAI rejects.
  if (
    quirks.refusesReasoningObject &&
    isJsonObject(body.reasoning) &&
    body.reasoning.max_tokens !== undefined
  ) {
    const { effort: _, max_tokens: __, ...rest } = body.reasoning;
    const effort = effortFor(draft);
    return [{ member: 'reasoning', value: { ...rest, ...(effort && { effort }) } }];
  }
  const known = chosen ? knownEfforts(target) : declaredEfforts(target);
  if (wanted === undefined || known === undefined || !isJsonObject(body.reasoning)) return [];
  const nearest = grantedEffort(draft, wanted, known);
  if (nearest === wanted) return [];
  return [{ member: 'reasoning', value: { ...body.reasoning, effort: nearest } }];
}

function withoutSealedThoughts({ include }: JsonObject): MemberEdit[] {
  if (!Array.isArray(include) || !include.includes(sealedThoughts)) return [];
  const others = include.filter((one) => one !== sealedThoughts);
  return [{ member: 'include', value: others.length > 0 ? others : undefined }];
}
