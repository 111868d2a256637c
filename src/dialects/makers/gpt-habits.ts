import { isThinkingOff } from '../../core/wire/reasoning-effort.ts';
import type { MemberEdit } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest, Reasoning, ReasoningEffort } from '../../core/wire/request.ts';
import type { RequestDraft } from '../request/draft.ts';
import { knownName } from '../request/known-name.ts';

/** What one generation of OpenAI's models accepts and another rejects, at any provider. */
type GptHabits = {
  /** Whether it reasons before it answers: never, only if an effort is requested, or by default. */
  readonly reasons: 'never' | 'asked' | 'unasked';
  /**
   * What it rejects over Chat Completions and accepts over Responses: nothing, functions together with reasoning, or
   * everything.
   * Why functions: https://github.com/openai/openai-openapi/issues/541 and, from 5.6 on also without an effort in the
   * request, https://community.openai.com/t/1386454.
   */
  readonly overResponses: 'nothing' | 'reasoned-functions' | 'everything';
  /** Accepts `stop`. */
  readonly stops: boolean;
  /** Marks commentary and final answer by `phase`, and expects the marks back. */
  readonly phases: boolean;
  /** Accepts tools whose calls are free text, over Responses. */
  readonly customTools: boolean;
  /** The efforts that it accepts; all others are rejected with a 400 (`unsupported_value`). */
  readonly efforts: readonly ReasoningEffort[];
  /** Those of its efforts that it rejects over Chat Completions. */
  readonly effortsOverResponses: readonly ReasoningEffort[];
};

/** Later rows win; `from` counts versions, the o series as 4.9. */
const generations: readonly { readonly from: number; readonly habits: Partial<GptHabits> }[] = [
  { from: 0, habits: { reasons: 'never', overResponses: 'nothing' } },
  { from: 4.9, habits: { reasons: 'unasked', efforts: ['low', 'medium', 'high'] } },
  { from: 5, habits: { stops: false, customTools: true, efforts: ['minimal', 'low', 'medium', 'high'] } },
  // https://developers.openai.com/api/docs/guides/latest-model: the default effort is `none`.
  { from: 5.1, habits: { reasons: 'asked', efforts: ['none', 'low', 'medium', 'high'] } },
  { from: 5.2, habits: { efforts: ['none', 'low', 'medium', 'high', 'xhigh'] } },
  // https://developers.openai.com/api/docs/guides/prompt-guidance
  { from: 5.3, habits: { phases: true } },
  { from: 5.4, habits: { overResponses: 'reasoned-functions' } },
  { from: 5.5, habits: { reasons: 'unasked' } },
  // https://github.com/pydantic/pydantic-ai/issues/7081
  { from: 5.6, habits: { efforts: ['none', 'low', 'medium', 'high', 'xhigh', 'max'] } },
];

const oldest: GptHabits = {
  reasons: 'never',
  overResponses: 'nothing',
  stops: true,
  phases: false,
  customTools: false,
  efforts: [],
  effortsOverResponses: [],
};

const known = new Map<string, GptHabits>();

/**
 * Returns the habits of a model by the generation in its name; any model that is not an OpenAI reasoning model has the
 * oldest.
 */
function gptHabits(model: string): GptHabits {
  const remembered = known.get(model);
  if (remembered) return remembered;
  const habits = habitsOf(model);
  // Clients choose names freely, so the cache is bounded.
  if (known.size < 1000) known.set(model, habits);
  return habits;
}

function habitsOf(model: string): GptHabits {
  // OpenAI's `-chat` models answer without reasoning and accept everything.
  const [, series, major = '0', minor = '0'] =
    /(?:^|\/)(o(?=[1345](?:-|$))|gpt-(?=[5-9]|\d\d))(?!.*-chat)(\d+)(?:\.(\d+))?/.exec(model) ?? [];
  if (series === undefined) return oldest;
  const version = series === 'o' ? 4.9 : Number(`${major}.${minor}`);
  const habits = { ...oldest };
  for (const { from, habits: changes } of generations) if (version >= from) Object.assign(habits, changes);
  // These are the last of the o series that accept `stop`; OpenAI's specification names o3 and o4-mini as not accepting
  // it.
  if (series === 'o' && !/(?:^|\/)(?:o1|o3-mini)/.test(model)) Object.assign(habits, { stops: false });
  // Models made for long reasoning, or only for tools: https://developers.openai.com/api/docs/models.
  if (/-(?:pro|codex|deep-research)(?:-|$)/.test(model)) {
    const efforts = habits.efforts.filter((effort) => effort !== 'none' && effort !== 'minimal');
    const isPro = version >= 5 && /-pro(?:-|$)/.test(model);
    Object.assign(habits, {
      reasons: 'unasked',
      overResponses: 'everything',
      efforts: isPro ? (version < 5.2 ? ['high'] : efforts.slice(1)) : efforts,
    });
  }
  // It always reasons: https://github.com/UKGovernmentBEIS/inspect_ai/pull/5254. Chat Completions lacks its highest
  // effort: https://github.com/genkit-ai/genkit/pull/6303.
  if (version >= 6 && /-astra(?:-|$)/.test(model)) {
    const efforts = habits.efforts.filter((effort) => effort !== 'none');
    Object.assign(habits, { efforts, effortsOverResponses: ['max'] });
  }
  return habits;
}

/** Whether a name is that of a model that OpenAI runs itself or at Azure, and whose requests it checks. */
export function isGpt(model: string): boolean {
  return /(?:^|\/)(?:gpt-(?!oss)|chatgpt-|o[134](?:-|$))/.test(model);
}

/** Returns the efforts that an OpenAI reasoning model supports, at any provider; `undefined` for other models. */
export function gptEfforts(model: string): readonly ReasoningEffort[] | undefined {
  if (model.includes('gpt-oss')) return ['low', 'medium', 'high'];
  const { reasons, efforts } = gptHabits(model);
  return reasons === 'never' ? undefined : efforts;
}

/** Whether a model accepts stop sequences: OpenAI's newer models reject the field at any provider and any effort. */
export function takesStop(model: string): boolean {
  return gptHabits(model).stops;
}

/** Whether a model expects marks for which of its texts were a commentary and which the answer. */
export function hasPhases(model: string): boolean {
  return gptHabits(model).phases;
}

/**
 * Whether a model accepts custom tools as their client declared them.
 * https://developers.openai.com/api/docs/guides/function-calling
 */
export function takesCustomTools(model: string): boolean {
  return gptHabits(model).customTools;
}

/** Whether OpenAI accepts a request only over Responses, although Chat Completions could express it. */
export function needsResponses({ tools = [], reasoning }: ModelRequest, model: string): boolean {
  const { reasons, overResponses, effortsOverResponses } = gptHabits(model);
  if (overResponses !== 'reasoned-functions') return overResponses === 'everything';
  if (reasoning?.effort && effortsOverResponses.includes(reasoning.effort)) return true;
  // Chat Completions accepts custom tools unchanged.
  const hasFunctions = tools.some(({ declared }) => declared?.type !== 'custom');
  if (!hasFunctions || isOff(reasoning, model)) return false;
  return isAsked(reasoning) || reasons === 'unasked';
}

/** Whether the model is to answer without reasoning, and can. */
function isOff(reasoning: Reasoning | undefined, model: string): boolean {
  return isThinkingOff(reasoning) && gptHabits(model).efforts.includes('none');
}

function isAsked(reasoning: Reasoning | undefined): boolean {
  return reasoning?.effort !== undefined || (reasoning?.budgetTokens ?? 0) > 0;
}

const samplingMembers = [
  'temperature',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'logprobs',
  'top_logprobs',
  'logit_bias',
];

/**
 * Removes from a body, with a warning, settings that an OpenAI reasoning model rejects and other providers accept. With
 * the effort `none` it accepts them like any other model.
 */
export function leaveOutSampling(body: JsonObject, draft: RequestDraft): void {
  for (const { member } of samplingEdits(body, draft)) delete body[member];
}

/** Returns the edits that remove those settings from a relayed body. */
export function samplingEdits(body: JsonObject, { request, target, warnings }: RequestDraft): MemberEdit[] {
  const model = knownName(target);
  if (gptHabits(model).reasons === 'never' || isOff(request.reasoning, model)) return [];
  const refused = samplingMembers.filter((member) => body[member] !== undefined && body[member] !== null);
  for (const member of refused) warnings.push(`"${member}" was left out: ${model} does not support it.`);
  return refused.map((member) => ({ member, value: undefined }));
}
