import type { StreamPart } from '../../../core/wire/stream-part.ts';

const left = 'The client accepts one function call at a time: further calls in the answer were left out.';

/**
 * Leaves out all calls of an answer but the first. The model makes the others again when it has seen the first one's
 * result.
 */
export class KeepFirstCall {
  #first: number | undefined;
  #hasWarned = false;

  read(parts: readonly StreamPart[]): StreamPart[] {
    return parts.flatMap((part): StreamPart[] => {
      if (part.type !== 'tool-call-start' && part.type !== 'tool-call-delta') return [part];
      this.#first ??= part.index;
      if (part.index === this.#first) return [part];
      if (this.#hasWarned) return [];
      this.#hasWarned = true;
      return [{ type: 'warning', message: left }];
    });
  }
}
