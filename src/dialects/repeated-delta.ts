import type { StreamPart } from '../core/stream-part.ts';

type TextDelta = Extract<StreamPart, { type: 'text-delta' }>;

/**
 * Most events of a stream differ from the one before in nothing but their piece of text. Such an event is known by its
 * beginning and its end, and need not be parsed.
 */
export class RepeatedDelta {
  #before = '';
  #behind = '';
  #name: string | undefined;
  #last: TextDelta | undefined;

  /** The event's one part, if the event is the last one with another text in it. */
  read(data: string, name: string | undefined): TextDelta | undefined {
    const last = this.#last;
    if (!last || name !== this.#name) return undefined;
    if (data.length <= this.#before.length + this.#behind.length) return undefined;
    if (!data.startsWith(this.#before) || !data.endsWith(this.#behind)) return undefined;
    const text = data.slice(this.#before.length, data.length - this.#behind.length);
    return needsParsing.test(text) ? undefined : { ...last, text };
  }

  /** Told of an event that was parsed, and of what it meant. */
  learn(data: string, name: string | undefined, parts: readonly StreamPart[]): void {
    this.#last = undefined;
    const [only] = parts;
    if (parts.length !== 1 || only?.type !== 'text-delta' || data.includes('\\')) return;
    const quoted = `"${only.text}"`;
    const at = data.indexOf(quoted);
    // Twice, and nobody could say which of them is the text.
    if (at < 0 || data.includes(quoted, at + 1)) return;
    this.#before = data.slice(0, at + 1);
    this.#behind = data.slice(at + quoted.length - 1);
    this.#name = name;
    this.#last = only;
  }
}

/** What ends a JSON string, stands for something else in it, or must not be in it (RFC 8259, 7). */
// oxlint-disable-next-line no-control-regex
const needsParsing = /["\\\u0000-\u001f]/;
