import { isClaude } from './is-claude.ts';

/** Claude rejects a whole request for any other property name at the top level of a tool's input, at every provider. */
const accepted = /^[a-zA-Z0-9_.-]{1,64}$/;

/** Returns the property names that a model accepts in a tool's input; `undefined` if it is not a Claude. */
export function propertyName(model: string): RegExp | undefined {
  return isClaude(model) ? accepted : undefined;
}
