import type { Problem, ProblemKind } from '../problem.ts';
import type { Refusal } from '../wire.ts';

/** Formats an error as Ollama does: as one sentence. */
export function ollamaRefusal(problem: Problem): Refusal {
  return { headers: {}, body: { error: wordings[problem.kind](problem) } };
}

const wordings: Readonly<Record<ProblemKind, (problem: Problem) => string>> = {
  invalid: ({ message }) => message ?? 'invalid request',
  overflow: () => 'the input length exceeds the context length',
  authentication: () => 'unauthorized',
  payment: () => 'payment required',
  forbidden: () => 'forbidden',
  'not-found': ({ model }) => `model "${model}" not found, try pulling it first`,
  timeout: () => 'timed out waiting for llama runner to start',
  'too-large': () => 'request body too large',
  'rate-limit': () => 'too many requests',
  quota: () => 'usage limit reached',
  server: () => 'llama runner process has terminated: exit status 2',
  overloaded: () => 'server busy, please try again. maximum pending requests exceeded',
};
