import { isContent, type StreamPart } from '../../../core/wire/stream-part.ts';

const left = 'Text outside the structured answer was left out.';
const repeated = 'The model gave several structured answers; only the first was kept.';

/**
 * For a model that answers in a schema through a tool: such a model may write text before it calls that tool, which a
 * client that asked for JSON cannot read. The text is held until it is known whether the tool is called. It may also call
 * the tool several times.
 */
export class KeepStructured {
  #held: StreamPart[] = [];
  #found: 'nothing' | 'structured' | 'other' = 'nothing';

  /** The block of the first structured answer. */
  #answer: number | undefined;
  #isRepeated = false;

  read(parts: readonly StreamPart[]): StreamPart[] {
    return parts.flatMap((part) => (this.#isFurtherAnswer(part) ? this.#leaveOut() : this.#next(part)));
  }

  #isFurtherAnswer(part: StreamPart): boolean {
    if (part.type !== 'text-delta' || !part.structured) return false;
    this.#answer ??= part.index;
    return part.index !== this.#answer;
  }

  #leaveOut(): readonly StreamPart[] {
    if (this.#isRepeated) return [];
    this.#isRepeated = true;
    return [{ type: 'warning', message: repeated }];
  }

  #next(part: StreamPart): readonly StreamPart[] {
    if (this.#found === 'other') return [part];
    if (this.#found === 'structured') return isBeside(part) ? [] : [part];
    if (part.type === 'text-delta' && part.structured) return this.#settle('structured', part);
    // The client's own tools, or no tool: the text is the answer.
    if (part.type === 'tool-call-start' || part.type === 'finish') return this.#settle('other', part);
    // Nothing has been shown yet, so another candidate may still answer.
    if (part.type === 'error' || !isContent(part)) return [part];
    if (this.#held.length === 0 && !isBeside(part)) return [part];
    this.#held.push(part);
    return [];
  }

  #settle(found: 'structured' | 'other', part: StreamPart): readonly StreamPart[] {
    this.#found = found;
    const held = this.#held;
    this.#held = [];
    if (found === 'other' || held.length === 0) return [...held, part];
    const kept = held.filter((other) => !isBeside(other));
    return [{ type: 'warning', message: left }, ...kept, part];
  }
}

function isBeside(part: StreamPart): boolean {
  return (part.type === 'text-delta' && !part.structured) || part.type === 'citation';
}
