import type { ModelRequest } from '../../wire/request.ts';

/** Returns whether a model would repeat its answer: further samples of such a request cost money and show nothing. */
export function leavesNoChoice({ temperature, topK, seed }: ModelRequest): boolean {
  return temperature === 0 || topK === 1 || seed !== undefined;
}
