import type { ModelRequest } from '../wire/request.ts';

/** Whether a model would say the same again: further samples of such a request cost money and tell nothing. */
export function leavesNoChoice({ temperature, topK, seed }: ModelRequest): boolean {
  return temperature === 0 || topK === 1 || seed !== undefined;
}
