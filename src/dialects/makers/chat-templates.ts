import type { WireTarget } from '../../core/wire/dialect.ts';
import { knownName } from '../known-name.ts';

/** Which orders of messages a maker's models accept, at any provider and on local servers. */
type MessageOrder = {
  /** System messages after the start. */
  readonly systemTurns: boolean;
  /** A user message directly after a tool's result. */
  readonly userAfterTools: boolean;
};

/** What the assistant says between a tool's result and a user message where that order is not accepted. */
export const acknowledgement = 'I have the results.';

const anyOrder: MessageOrder = { systemTurns: true, userAfterTools: true };

const makers: readonly { readonly names: RegExp; readonly order: Partial<MessageOrder> }[] = [
  { names: /qwen/i, order: { systemTurns: false } },
  // "Unexpected role 'user' after role 'tool'": https://github.com/BerriAI/litellm/issues/17761, at other providers
  // https://github.com/NousResearch/hermes-agent/issues/20154; "Unexpected role 'system' after role 'assistant'":
  // https://github.com/spring-projects/spring-ai/issues/2380
  {
    names: /mi[sx]tral|ministral|magistral|codestral|devstral|pixtral|voxtral/i,
    order: { systemTurns: false, userAfterTools: false },
  },
];

/** Returns the orders of messages that a model accepts: by the provider's quirks, else by the model's maker. */
export function acceptedOrder(target: Pick<WireTarget, 'model' | 'knownAs' | 'quirks'>): MessageOrder {
  const name = knownName(target);
  const known = { ...anyOrder, ...makers.find(({ names }) => names.test(name))?.order };
  const { systemTurns = known.systemTurns, userAfterTools = known.userAfterTools } = target.quirks;
  return { systemTurns, userAfterTools };
}
