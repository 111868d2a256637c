import { defined } from '../../core/json/defined.ts';
import { wantedEffort } from '../../core/wire/reasoning-effort.ts';
import type { WireRequest, WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest, ReasoningEffort } from '../../core/wire/request.ts';
import { acceptableIds } from '../tools/acceptable-ids.ts';
import { topLevelMembers } from '../fields/extra-members.ts';
import { finishRequest } from '../request/finish-request.ts';
import { carryExtras } from '../fields/carry-extras.ts';
import type { ClaudeDraft } from '../makers/claude/draft.ts';
import { withPromptCache } from '../makers/claude/prompt-cache.ts';
import { hasToolCalls } from '../tools/has-tool-calls.ts';
import { knownName } from '../request/known-name.ts';
import { claudeHabits } from '../makers/claude/habits.ts';
import { claudeSampling } from '../makers/claude/sampling.ts';
import { answerFormat, type AnswerFormat } from '../makers/claude/answer-format.ts';
import { visibleStops, withoutEndSpace } from '../makers/claude/white-space.ts';
import { claudeThinking } from '../makers/claude/thinking.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import { outputLimit } from '../request/output-limit.ts';
import { offersSchemaTool } from '../tools/schema-tool.ts';
import { shapeTurns } from '../messages/shape-turns.ts';
import { documentNames } from './document-names.ts';
import { familyOf, type Family } from './families.ts';
import { writeContent } from './write-content.ts';
import { toolsApart } from './tools-apart.ts';
import { ownTools, writeTools } from './write-tools.ts';
import { withinCachePoints } from './within-cache-points.ts';
import { warnOfUser } from '../request/warn-of-user.ts';

/** Bedrock accepts the common alphabet for call ids, but only this length. */
const longestCallId = 64;

/**
 * Writes a request to Converse or ConverseStream. @throws ConclaveError `unsupported` for what this dialect cannot
 * express.
 */
export function writeRequest(asked: ModelRequest, target: WireTarget): WireRequest {
  const warnings: string[] = [];
  const { cachePoints } = familyOf(knownName(target));
  const request = cachePoints ? withPromptCache(asked, target) : asked;
  const draft = { request, target, habits: claudeHabits(knownName(target)), warnings };
  const body = withinCachePoints(writeBody(draft), warnings);
  const written = finishRequest({ path: pathFor(target), body, target, warnings });
  const { tools } = objectOf(written.body.toolConfig);
  const names = objectsOf(tools).map(({ toolSpec }) => objectOf(toolSpec).name);
  return { ...written, answersByTool: offersSchemaTool(names) };
}

/** Some models refuse tools in a stream; a conversation with tool calls declares them again. */
export function canStream(request: ModelRequest, target: Omit<WireTarget, 'stream'>): boolean {
  const { wholeWithTools, schema } = familyOf(knownName(target));
  if (!wholeWithTools) return true;
  const hasTools = request.tools !== undefined || hasToolCalls(request);
  return !hasTools && (schema || request.output?.type !== 'json-schema');
}

/** Returns the path: Converse has the model in it, and streams have a path of their own. */
export function pathFor({ model, stream, quirks }: WireTarget): string {
  return quirks.path ?? `/model/${encodeURIComponent(model)}/converse${stream ? '-stream' : ''}`;
}

function writeBody(draft: ClaudeDraft): JsonObject {
  const { request, target, warnings } = draft;
  const family = familyOf(knownName(target));
  const extras = carryExtras(draft, 'bedrock-converse');
  const answer = answerFormat(draft, {
    provider: 'Bedrock',
    schema: family.schema,
    freeKeys: false,
  });
  const format = nativeFormat(answer, warnings);
  const { toolConfig, instruction } = writeTools(
    { request, family, forcedToolChoice: target.quirks.forcedToolChoice !== false, warnings },
    { ...(answer.kind === 'tool' && { answer: answer.tool }), own: ownTools(request) },
  );
  const choice = toolConfig?.toolChoice;
  const forced = choice !== undefined && objectOf(choice).auto === undefined;
  const model = family.claude ? claudeSettings(draft, forced) : familySettings(draft, family);
  warnOfUser(draft, 'Bedrock');
  const members = topLevelMembers(extras);
  const fields = { ...objectOf(members.additionalModelRequestFields), ...model.fields };
  return {
    ...writeMessages(draft, family, [answer.kind === 'words' ? answer.instruction : undefined, instruction]),
    ...(Object.keys(model.inference).length > 0 && { inferenceConfig: model.inference }),
    ...(toolConfig && { toolConfig }),
    ...(format && { outputConfig: { textFormat: format } }),
    ...members,
    ...(Object.keys(fields).length > 0 && { additionalModelRequestFields: fields }),
  };
}

function writeMessages(
  { request, target, habits, warnings }: ClaudeDraft,
  family: Family,
  instructions: readonly (string | undefined)[],
): JsonObject {
  const claude = family.claude === true;
  const content = {
    warnings,
    callId: acceptableIds(longestCallId),
    documentName: documentNames(),
    family,
  };
  const { system, turns } = shapeTurns<JsonObject>(
    request.messages,
    {
      write: (message) => writeContent(message, content),
      writeText: (text) => ({ text }),
      isResult: ({ toolResult }) => toolResult !== undefined,
      isCall: ({ toolUse }) => toolUse !== undefined,
      // A cache point ends what it follows.
      mayEndAnswer: ({ reasoningContent, cachePoint }, at, blocks) =>
        reasoningContent === undefined &&
        (cachePoint === undefined || blocks[at - 1]?.reasoningContent === undefined),
      // Blank texts are not written at all.
      isBlank: () => false,
      systemTurns: false,
      prefill: !claude || habits.prefill,
    },
    warnings,
  );
  const last = turns.at(-1);
  if (claude && last?.role === 'assistant') last.blocks = withoutEndSpace(last.blocks);
  for (const text of instructions) if (text !== undefined) system.push({ text });
  return {
    ...(system.length > 0 && { system }),
    messages: toolsApart(turns, family, target).map(({ role, blocks }) => ({ role, content: blocks })),
  };
}

function nativeFormat(answer: AnswerFormat, warnings: string[]): JsonObject | undefined {
  if (answer.kind !== 'native') return undefined;
  const { output, schema, stated } = answer;
  if (stated.length > 0) {
    warnings.push(`In the JSON schema, ${stated.join(', ')} is described to the model and not enforced.`);
  }
  const jsonSchema = {
    name: (output.name ?? 'answer').replace(/[^a-zA-Z0-9_-]/g, '_'),
    ...(output.description && { description: output.description }),
    schema: JSON.stringify(schema),
  };
  return { type: 'json_schema', structure: { jsonSchema } };
}

/** Settings in Converse's own fields, and fields that are passed to the model unchanged. */
type Settings = { readonly inference: JsonObject; readonly fields: JsonObject };

function claudeSettings(draft: ClaudeDraft, forced: boolean): Settings {
  const { request, target, habits, warnings } = draft;
  const asked = outputLimit(draft);
  const limit = asked ?? target.maxOutputTokens ?? habits.maxOutputTokens;
  const { thinking, effort } = claudeThinking(draft, limit, forced);
  // A budget is a share of a limit, so the limit must be sent with it.
  const added = asked === undefined && objectOf(thinking).budget_tokens !== undefined;
  if (added && target.maxOutputTokens === undefined && !habits.sharesOutputLimit)
    warnings.push(
      `A thinking budget is a part of an output limit, and none was given: ${limit} tokens were allowed.`,
    );
  const sampling = claudeSampling(draft, thinking !== undefined && thinking.type !== 'disabled');
  const serial = request.parallelTools === false && request.tools !== undefined;
  if (serial && forced)
    warnings.push(
      'The request for one tool call at a time was left out: Bedrock does not support it for a forced call.',
    );
  return {
    inference: defined({
      maxTokens: added ? limit : asked,
      temperature: sampling.temperature,
      topP: sampling.top_p,
      stopSequences: visibleStops(draft),
    }),
    fields: {
      ...(thinking && { thinking }),
      ...(effort && { output_config: { effort } }),
      ...(sampling.top_k !== undefined && { top_k: sampling.top_k }),
      ...(serial && !forced && { tool_choice: { type: 'auto', disable_parallel_tool_use: true } }),
    },
  };
}

function familySettings(draft: ClaudeDraft, family: Family): Settings {
  const { request, warnings } = draft;
  const leaveOut = (member: string) => {
    warnings.push(`"${member}" was left out: this model does not support it.`);
  };
  const effort = effortOf(request, family, warnings);
  const reasoning = effort === undefined ? undefined : family.reasoning?.(effort);
  if (effort !== undefined && reasoning === undefined) leaveOut('reasoning');
  if (request.seed !== undefined) leaveOut('seed');
  if (request.frequencyPenalty !== undefined) leaveOut('frequency_penalty');
  if (request.presencePenalty !== undefined) leaveOut('presence_penalty');
  if (request.parallelTools === false)
    warnings.push('The request for one tool call at a time was left out: this model does not support it.');
  if (request.topK !== undefined && !family.topK) leaveOut('top_k');
  const alone =
    family.hardThinkingAlone && effort !== undefined && !['minimal', 'low', 'medium'].includes(effort);
  if (alone && (request.temperature ?? request.topP ?? request.maxOutputTokens) !== undefined) {
    warnings.push('Sampling and the output limit were left to the model: thinking this hard excludes them.');
  }
  const sampling = alone
    ? {}
    : {
        maxTokens: outputLimit(draft),
        temperature: lowered(draft),
        topP: request.topP,
      };
  return {
    inference: defined({
      ...sampling,
      stopSequences: request.stop?.length ? [...request.stop] : undefined,
    }),
    fields: {
      ...(request.topK !== undefined && family.topK?.(request.topK)),
      ...reasoning,
    },
  };
}

/** Returns the requested effort. A request that only asks to show thinking gets `medium`. */
function effortOf(
  { reasoning }: ModelRequest,
  { alwaysThinks }: Family,
  warnings: string[],
): Exclude<ReasoningEffort, 'none'> | undefined {
  if (reasoning === undefined) return undefined;
  const effort = wantedEffort(reasoning) ?? 'medium';
  if (effort !== 'none') return effort;
  if (!alwaysThinks) return undefined;
  warnings.push('The effort "none" was sent as "low": this model always thinks.');
  return 'low';
}

function lowered({ request, warnings }: ClaudeDraft): number | undefined {
  if (request.temperature === undefined || request.temperature <= 1) return request.temperature;
  warnings.push(`"temperature" was lowered from ${request.temperature} to 1, the maximum for Bedrock.`);
  return 1;
}
