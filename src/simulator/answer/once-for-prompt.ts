import type { Prompt } from './prompt.ts';

/** Wraps what is read from a prompt again and again while an answer is made: a long one takes milliseconds each time. */
export function onceForPrompt<Result>(read: (prompt: Prompt) => Result): (prompt: Prompt) => Result {
  const known = new WeakMap<Prompt, { readonly result: Result }>();
  return (prompt) => {
    const entry = known.get(prompt) ?? { result: read(prompt) };
    known.set(prompt, entry);
    return entry.result;
  };
}
