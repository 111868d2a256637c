import type { WireRequest, WireTarget } from '../../core/wire/dialect.ts';
import type { ContentPart } from '../../core/wire/content.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ExtraField, ModelRequest, ToolDefinition } from '../../core/wire/request.ts';
import { acceptableUser } from '../acceptable-user.ts';
import { quirkEdits } from '../apply-quirks.ts';
import { carryExtras } from '../carry-extras.ts';
import { knownName } from '../known-name.ts';
import { withinCacheMarks } from '../makers/claude/cache-marks.ts';
import { claudeHabits } from '../makers/claude/habits.ts';
import { claudeSampling } from '../makers/claude/sampling.ts';
import { objectsOf } from '../loose-fields.ts';
import { outputLimit } from '../output-limit.ts';
import { choiceForAnswer, offersSchemaTool, schemaTool } from '../schema-tool.ts';
import type { Draft } from '../makers/claude/draft.ts';
import { supportedSchema } from '../makers/claude/supported-schema.ts';
import { visibleStops } from '../makers/claude/white-space.ts';
import { writeMessages } from './write-messages.ts';
import { claudeThinking } from '../makers/claude/thinking.ts';
import { noteStated } from '../makers/claude/note-stated.ts';
import { allowedChoice, writeToolChoice, writeTools } from './write-tools.ts';

export const path = '/v1/messages';
export const headers = { 'anthropic-version': '2023-06-01' };

/** https://platform.claude.com/docs/en/api/messages#metadata */
const longestUser = 256;

/** Writes a request for a provider. @throws ConclaveError `unsupported` for what this dialect cannot express. */
export function writeRequest(asked: ModelRequest, target: WireTarget): WireRequest {
  const { quirks } = target;
  const warnings: string[] = [];
  const request = withinCacheMarks(asked, target, warnings);
  const draft: Draft = { request, target, habits: claudeHabits(knownName(target)), warnings };
  const body = writeBody(draft);
  for (const { member, value } of quirkEdits(body, target, draft.warnings)) body[member] = value;
  const answersByTool = offersSchemaTool(objectsOf(body.tools).map(({ name }) => name));
  return { path: quirks.path ?? path, headers, body, warnings: [...new Set(draft.warnings)], answersByTool };
}

function writeBody(draft: Draft): JsonObject {
  const { request, target, warnings } = draft;
  const extras = carryExtras(request, 'anthropic-messages', warnings);
  const answer = writeFormat(draft);
  const choice = allowedChoice(draft, answer.tool ? choiceForAnswer(request) : request.toolChoice);
  const maxTokens = maxTokensOf(draft);
  const forced = choice?.type === 'required' || choice?.type === 'tool';
  const { thinking, effort } = claudeThinking(draft, maxTokens, forced);
  const config = {
    ...(answer.format && { format: answer.format }),
    ...(effort && { effort }),
    ...nested(extras, 'output_config.'),
  };
  const tools = writeTools(draft, extras, answer.tool ? [answer.tool] : []);
  const stop = visibleStops(draft);
  return {
    model: target.model,
    max_tokens: maxTokens,
    ...writeMessages(draft, answer.instruction ?? []),
    ...tools,
    ...(tools.tools !== undefined && writeToolChoice(choice, request.parallelTools)),
    ...(thinking && { thinking }),
    ...(Object.keys(config).length > 0 && { output_config: config }),
    ...claudeSampling(draft, thinking !== undefined && thinking.type !== 'disabled'),
    ...(stop && { stop_sequences: stop }),
    ...(request.user !== undefined && { metadata: { user_id: acceptableUser(request.user, longestUser) } }),
    ...(target.stream && { stream: true }),
    ...topLevel(extras, warnings),
  };
}

function maxTokensOf({ request, target, habits, warnings }: Draft): number {
  const asked = outputLimit(request, target, warnings);
  if (asked !== undefined) return asked;
  const sent = target.maxOutputTokens ?? target.quirks.defaultMaxTokens ?? habits.maxOutputTokens;
  warnings.push(`Anthropic demands an output limit and none was given: ${sent} tokens were allowed.`);
  return sent;
}

type Answer = {
  readonly format?: JsonObject;
  readonly tool?: ToolDefinition;
  readonly instruction?: readonly ContentPart[];
};

/** Requests the output format: natively, by a forced tool if the model lacks that, or by an instruction. */
function writeFormat({ request, target, habits, warnings }: Draft): Answer {
  const { output } = request;
  if (output === undefined) return {};
  if (output.type === 'json') {
    warnings.push('Anthropic has no JSON mode; the model was told to answer in JSON.');
    return { instruction: [{ type: 'text', text: 'Answer with one JSON object and nothing else.' }] };
  }
  const { schema, stated, freeKeys, recursive } = supportedSchema(output.schema);
  const native = habits.schema && (target.quirks.schemaMode ?? 'json-schema') === 'json-schema';
  if (!native || recursive || (freeKeys && habits.forcedTools)) {
    warnings.push('The JSON schema was sent as a tool to call: this model cannot hold it otherwise.');
    return { tool: schemaTool(output) };
  }
  noteStated('the answer', stated, warnings);
  const described = output.description === undefined ? {} : { description: output.description };
  return { format: { type: 'json_schema', schema: { ...described, ...schema } } };
}

/** Returns the extra fields at the top level of the body. */
function topLevel(extras: readonly ExtraField[], warnings: string[]): JsonObject {
  const members: JsonObject = {};
  for (const { name, value } of extras) {
    if (!name.includes('.') && name !== 'tools') members[name] = value;
    else if (name.startsWith('messages.') || name.startsWith('system.')) {
      warnings.push(`"${name}" was left out where the conversation was rewritten.`);
    }
  }
  return members;
}

function nested(extras: readonly ExtraField[], prefix: string): JsonObject {
  return Object.fromEntries(
    extras
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name, value }) => [name.slice(prefix.length), value]),
  );
}
