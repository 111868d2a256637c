import type { MemberEdit } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest, Reasoning, ReasoningEffort } from '../../core/wire/request.ts';

/** What one generation of OpenAI's models takes and another refuses, whoever hosts it. */
type GptHabits = {
  /** Reasons before it answers: never, where an effort is named, or without being asked. */
  readonly reasons: 'never' | 'asked' | 'unasked';
  /**
   * What it refuses over Chat Completions and takes over Responses: nothing, functions together with reasoning, or all.
   * Why functions: https://github.com/openai/openai-openapi/issues/541 and, from 5.6 on also without an effort in the
   * request, https://community.openai.com/t/1386454.
   */
  readonly overResponses: 'nothing' | 'reasoned-functions' | 'everything';
  /** Takes `stop`. */
  readonly stops: boolean;
  /** Tells a commentary from its final answer by `phase`, and wants it told back. */
  readonly phases: boolean;
  /** Takes tools whose calls are free text, over Responses. */
  readonly customTools: boolean;
  /** The words for effort that it takes; all others are a 400 (`unsupported_value`). */
  readonly efforts: readonly ReasoningEffort[];
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
};

const known = new Map<string, GptHabits>();

/** The habits of a model by the generation in its name; whatever is no reasoning model of OpenAI's has none. */
function gptHabits(model: string): GptHabits {
  const remembered = known.get(model);
  if (remembered) return remembered;
  const habits = habitsOf(model);
  // Clients choose names freely, so what is remembered is bounded.
  if (known.size < 1000) known.set(model, habits);
  return habits;
}

function habitsOf(model: string): GptHabits {
  // Its `-chat` models answer without reasoning and take everything.
  const [, series, major = '0', minor = '0'] =
    /(?:^|\/)(o(?=[1345](?:-|$))|gpt-(?=[5-9]|\d\d))(?!.*-chat)(\d+)(?:\.(\d+))?/.exec(model) ?? [];
  if (series === undefined) return oldest;
  const version = series === 'o' ? 4.9 : Number(`${major}.${minor}`);
  const habits = { ...oldest };
  for (const { from, habits: changes } of generations) if (version >= from) Object.assign(habits, changes);
  // The last of the o series that take it; OpenAI's specification names o3 and o4-mini as those that do not.
  if (series === 'o' && !/(?:^|\/)(?:o1|o3-mini)/.test(model)) Object.assign(habits, { stops: false });
  // Made to think at length, or for tools alone: https://developers.openai.com/api/docs/models.
  if (/-(?:pro|codex|deep-research)(?:-|$)/.test(model)) {
    const efforts = habits.efforts.filter((effort) => effort !== 'none' && effort !== 'minimal');
    const isPro = version >= 5 && /-pro(?:-|$)/.test(model);
    Object.assign(habits, {
      reasons: 'unasked',
      overResponses: 'everything',
      efforts: isPro ? (version < 5.2 ? ['high'] : efforts.slice(1)) : efforts,
    });
  }
  return habits;
}

/** The efforts that a reasoning model of OpenAI's takes, whoever hosts it; of others nothing is known here. */
export function gptEfforts(model: string): readonly ReasoningEffort[] | undefined {
  if (model.includes('gpt-oss')) return ['low', 'medium', 'high'];
  const { reasons, efforts } = gptHabits(model);
  return reasons === 'never' ? undefined : efforts;
}

/** Whether a model takes stop sequences: OpenAI's newer ones refuse the word, whoever hosts them, at any effort. */
export function takesStop(model: string): boolean {
  return gptHabits(model).stops;
}

/** Whether a model wants to be told which of its words were a commentary, and which its answer. */
export function hasPhases(model: string): boolean {
  return gptHabits(model).phases;
}

/** Whether a model takes custom tools as their client declared them. https://developers.openai.com/api/docs/guides/function-calling */
export function takesCustomTools(model: string): boolean {
  return gptHabits(model).customTools;
}

/** Whether OpenAI takes a request over Responses only, though Chat Completions has words for it. */
export function needsResponses({ tools = [], reasoning }: ModelRequest, model: string): boolean {
  const { reasons, overResponses } = gptHabits(model);
  if (overResponses !== 'reasoned-functions') return overResponses === 'everything';
  // Custom tools are taken there as they are.
  const hasFunctions = tools.some(({ declared }) => declared?.type !== 'custom');
  if (!hasFunctions || reasoning?.effort === 'none') return false;
  return isAsked(reasoning) || reasons === 'unasked';
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
 * Takes out of a body, with a warning, what makes an OpenAI reasoning model refuse a request that another provider
 * would have taken. With the effort `none` it samples like any other model.
 */
export function leaveOutSampling(body: JsonObject, asked: Sampled, warnings: string[]): void {
  for (const { member } of samplingEdits(body, asked, warnings)) delete body[member];
}

/** The same for a body that is relayed to a model which Conclave chose. */
export function samplingEdits(
  body: JsonObject,
  { model, reasoning }: Sampled,
  warnings: string[],
): MemberEdit[] {
  const { reasons, efforts } = gptHabits(model);
  if (reasons === 'never' || (reasoning?.effort === 'none' && efforts.includes('none'))) return [];
  const refused = samplingMembers.filter((member) => body[member] !== undefined && body[member] !== null);
  for (const member of refused) warnings.push(`"${member}" was left out: ${model} does not take it.`);
  return refused.map((member) => ({ member, value: undefined }));
}

type Sampled = { readonly model: string; readonly reasoning?: Reasoning | undefined };
