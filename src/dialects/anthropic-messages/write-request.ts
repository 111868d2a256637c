import { forcesCall } from '../tools/forces-call.ts';
import type { WireRequest, WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ExtraField, ModelRequest } from '../../core/wire/request.ts';
import { acceptableUser } from '../request/acceptable-user.ts';
import { membersUnder, topLevelMembers } from '../fields/extra-members.ts';
import { finishRequest } from '../request/finish-request.ts';
import { carryExtras } from '../fields/carry-extras.ts';
import { knownName } from '../request/known-name.ts';
import { withinCacheMarks } from '../makers/claude/cache-marks.ts';
import { withPromptCache } from '../makers/claude/prompt-cache.ts';
import { claudeHabits } from '../makers/claude/habits.ts';
import { claudeSampling } from '../makers/claude/sampling.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { outputLimit } from '../request/output-limit.ts';
import { choiceForAnswer, choosesAnswer, offersSchemaTool } from '../tools/schema-tool.ts';
import type { ClaudeDraft } from '../makers/claude/draft.ts';
import { answerFormat, type AnswerFormat } from '../makers/claude/answer-format.ts';
import { visibleStops } from '../makers/claude/white-space.ts';
import { writeMessages } from './write-messages.ts';
import { claudeThinking } from '../makers/claude/thinking.ts';
import { describedSchema } from '../schemas/described-schema.ts';
import { noteStated } from '../schemas/note-stated.ts';
import { allowedChoice, writeToolChoice, writeTools } from './write-tools.ts';

export const path = '/v1/messages';
export const headers = { 'anthropic-version': '2023-06-01' };

/** https://platform.claude.com/docs/en/api/messages#metadata */
const longestUser = 256;

/** Writes a request for a provider. @throws ConclaveError `unsupported` for what this dialect cannot express. */
export function writeRequest(asked: ModelRequest, target: WireTarget): WireRequest {
  const warnings: string[] = [];
  const request = withinCacheMarks({ request: withPromptCache(asked, target), target, warnings });
  const draft: ClaudeDraft = { request, target, habits: claudeHabits(knownName(target)), warnings };
  const body = writeBody(draft);
  const written = finishRequest({ path, headers, body, target, warnings });
  const answersByTool = offersSchemaTool(objectsOf(written.body.tools).map(({ name }) => name));
  return { ...written, answersByTool };
}

function writeBody(draft: ClaudeDraft): JsonObject {
  const { request, target, warnings } = draft;
  const extras = carryExtras(draft, 'anthropic-messages');
  const { schema, forcedTools } = draft.habits;
  // A model that cannot be forced to call a tool is better held to the schema as far as it goes.
  const answer = answerFormat(draft, { provider: 'Anthropic', schema, freeKeys: !forcedTools });
  const format = nativeFormat(answer, warnings);
  const tool = answer.kind === 'tool' ? answer.tool : undefined;
  const tools = writeTools(draft, extras, tool ? [tool] : []);
  const wanted = tool ? choiceForAnswer(request) : request.toolChoice;
  const choice = tools.tools === undefined ? undefined : allowedChoice(draft, wanted);
  const maxTokens = maxTokensOf(draft);
  const { thinking, effort } = claudeThinking(draft, maxTokens, forcesCall(choice));
  const config = {
    ...(format && { format }),
    ...(effort && { effort }),
    ...membersUnder('output_config.', extras),
  };
  const stop = visibleStops(draft);
  warnOfPlaces(extras, warnings);
  return {
    model: target.model,
    max_tokens: maxTokens,
    ...writeMessages(draft, answer.kind === 'words' ? [{ type: 'text', text: answer.instruction }] : []),
    ...tools,
    ...(tools.tools !== undefined &&
      writeToolChoice(choice, choosesAnswer(choice) ? false : request.parallelTools)),
    ...(thinking && { thinking }),
    ...(Object.keys(config).length > 0 && { output_config: config }),
    ...claudeSampling(draft, thinking !== undefined && thinking.type !== 'disabled'),
    ...(stop && { stop_sequences: stop }),
    ...(request.user !== undefined && { metadata: { user_id: acceptableUser(request.user, longestUser) } }),
    ...(target.stream && { stream: true }),
    ...topLevelMembers(extras, ['tools']),
  };
}

function maxTokensOf(draft: ClaudeDraft): number {
  const { target, habits, warnings } = draft;
  const given = outputLimit(draft) ?? target.maxOutputTokens;
  if (given !== undefined) return given;
  const sent = target.quirks.defaultMaxTokens ?? habits.maxOutputTokens;
  // Up to its own limit, a model answers as without one.
  if (sent === habits.maxOutputTokens && habits.sharesOutputLimit) return sent;
  warnings.push(`Anthropic requires an output limit and none was given: ${sent} tokens were allowed.`);
  return sent;
}

function nativeFormat(answer: AnswerFormat, warnings: string[]): JsonObject | undefined {
  if (answer.kind !== 'native') return undefined;
  noteStated('the answer', answer.stated, warnings);
  return { type: 'json_schema', schema: describedSchema({ ...answer.output, schema: answer.schema }) };
}

/** Places in the conversation are not known any more after it has been rewritten. */
function warnOfPlaces(extras: readonly ExtraField[], warnings: string[]): void {
  for (const { name } of extras) {
    if (name.startsWith('messages.') || name.startsWith('system.')) {
      warnings.push(`"${name}" was left out where the conversation was rewritten.`);
    }
  }
}
