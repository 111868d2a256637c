import { freeformInput, freeformReader } from '../../openai/freeform-input.ts';

/** Extracts the text of a custom tool's call from the arguments of the function that stands in for the tool. */
export type CustomCall = {
  /** Returns the text that this piece added. */
  add(piece: string): string;
  /** Returns the text that is known only at the end, because the arguments had an unexpected beginning. */
  rest(): string;
};

export function customCall(): CustomCall {
  const reader = freeformReader();
  let args = '';
  let hasAdded = false;
  return {
    add(piece) {
      args += piece;
      const text = reader.push(piece);
      hasAdded ||= text !== '';
      return text;
    },
    rest: () => (hasAdded ? '' : freeformInput(args)),
  };
}
