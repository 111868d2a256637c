import type { ModelTarget } from '../request/model-target.ts';
import { knownName } from '../request/known-name.ts';

/** What the chat template of a maker's models accepts, at any provider and on local servers. */
type ChatTemplate = {
  /** System messages after the start. */
  readonly systemTurns: boolean;
  /** A user message directly after a tool's result. */
  readonly userAfterTools: boolean;
  /** Ids of tool calls must be exactly this many letters and digits. */
  readonly toolCallIdLength?: number;
};

/** What the assistant says between a tool's result and a user message where that order is not accepted. */
export const acknowledgement = 'I have the results.';

const lenient: ChatTemplate = { systemTurns: true, userAfterTools: true };

const makers: readonly { readonly names: RegExp; readonly template: Partial<ChatTemplate> }[] = [
  { names: /qwen/i, template: { systemTurns: false } },
  // "Unexpected role 'user' after role 'tool'": https://github.com/BerriAI/litellm/issues/17761, at other providers
  // https://github.com/NousResearch/hermes-agent/issues/20154; "Unexpected role 'system' after role 'assistant'":
  // https://github.com/spring-projects/spring-ai/issues/2380; "Tool call id was … but must be a-z, A-Z, 0-9, with a length
  // of 9": https://github.com/jundot/omlx/issues/1997
  {
    names: /mi[sx]tral|ministral|magistral|codestral|devstral|pixtral|voxtral/i,
    template: { systemTurns: false, userAfterTools: false, toolCallIdLength: 9 },
  },
];

/** Returns what a model's chat template accepts: by the provider's quirks, else by the model's maker. */
export function chatTemplate(target: ModelTarget): ChatTemplate {
  const name = knownName(target);
  const known = { ...lenient, ...makers.find(({ names }) => names.test(name))?.template };
  const {
    systemTurns = known.systemTurns,
    userAfterTools = known.userAfterTools,
    toolCallIdLength = known.toolCallIdLength,
  } = target.quirks;
  return { systemTurns, userAfterTools, ...(toolCallIdLength !== undefined && { toolCallIdLength }) };
}
