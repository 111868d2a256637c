import type { JsonObject } from '../../core/json/json.ts';
import { refuse } from '../problem.ts';
import { isObject, listOf, objectOf, textOf } from '../read-json.ts';

type Demand = {
  /** The provider's models that think unless told not to. */
  readonly thinkers: RegExp;
  readonly isMissing: (thought: unknown) => boolean;
  readonly says: (index: number) => string;
  /** The error for a tool choice that forces a call; absent if it is allowed with thinking. */
  readonly saysToForced?: (choice: string) => string;
  /** Models that can think and still be made to call some tool, but not a particular one. */
  readonly callSomeTool?: RegExp;
};

const backToTheApi = 'The `reasoning_content` in the thinking mode must be passed back to the API.';

const moonshot: Demand = {
  thinkers: /thinking|k2\.[5-9]|k[3-9]/,
  // An empty one counts as missing: https://github.com/theopenco/llmgateway/pull/2093
  isMissing: (thought) => typeof thought !== 'string' || thought === '',
  says: (index) =>
    `thinking is enabled but reasoning_content is missing in assistant tool call message at index ${index}`,
  saysToForced: (choice) => `tool_choice '${choice}' is incompatible with thinking enabled`,
  // https://github.com/UKGovernmentBEIS/inspect_ai/pull/5152
  callSomeTool: /^kimi-k3/,
};

/** Providers whose thinking models require the reasoning to be sent back with every tool call that it led to. */
const demands: Readonly<Record<string, Demand>> = {
  // https://api-docs.deepseek.com/guides/thinking_mode
  deepseek: {
    thinkers: /^(?!deepseek-chat)/,
    isMissing: (thought) => typeof thought !== 'string',
    says: () => backToTheApi,
    saysToForced: () => 'Thinking mode does not support this tool_choice',
  },
  moonshot,
  'moonshot-cn': moonshot,
  // https://juejin.cn/post/7638845791750864938
  xiaomi: { thinkers: /mimo/, isMissing: (thought) => typeof thought !== 'string', says: () => backToTheApi },
};

/**
 * @throws Refused for what a thinking model's provider refuses: calls without their reasoning, or a forced tool choice.
 */
export function checkThoughts(provider: string, body: JsonObject): void {
  const demand = demands[provider];
  const model = textOf(body['model']);
  if (!demand?.thinkers.test(model)) return;
  if (objectOf(body['thinking'])['type'] === 'disabled') return;
  const choice = body['tool_choice'];
  const forced = choice === 'required' ? choice : isObject(choice) ? 'specified' : undefined;
  const isAllowed = forced === 'required' && demand.callSomeTool?.test(model);
  if (forced && !isAllowed && demand.saysToForced) refuse(demand.saysToForced(forced));
  for (const [index, message] of listOf(body['messages']).map(objectOf).entries()) {
    if (message['role'] !== 'assistant' || listOf(message['tool_calls']).length === 0) continue;
    if (demand.isMissing(message['reasoning_content'])) refuse(demand.says(index));
  }
}
