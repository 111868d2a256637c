import { freeformInput, freeformReader } from '../freeform-input.ts';

/** The text of a custom tool's call, out of the arguments of the function that stands for it. */
export type CustomCall = {
  /** What of it is known now and was not before. */
  add(piece: string): string;
  /** What is known at the end alone, because the arguments did not begin as they should. */
  rest(): string;
};

export function customCall(): CustomCall {
  const reader = freeformReader();
  let args = '';
  let said = false;
  return {
    add(piece) {
      args += piece;
      const text = reader.push(piece);
      said ||= text !== '';
      return text;
    },
    rest: () => (said ? '' : freeformInput(args)),
  };
}
