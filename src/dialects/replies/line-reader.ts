import { maxHeldBytes, replyTooLarge } from '../../core/wire/reply-too-large.ts';

/** Reads newline-delimited text from bytes cut at any point; skips empty lines. */
export function lineReader(onLine: (line: string) => void): {
  /** @throws ConclaveError `provider_invalid_reply` for a line that is too large. */
  push(bytes: Uint8Array): void;
  end(): void;
} {
  const decoder = new TextDecoder();
  let fragments: string[] = [];
  let length = 0;

  function feed(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const line = (fragments.join('') + text.slice(start, end)).trim();
      fragments = [];
      length = 0;
      start = end + 1;
      if (line !== '') onLine(line);
    }
    if (start === text.length) return;
    fragments.push(text.slice(start));
    length += text.length - start;
    if (length > maxHeldBytes) throw replyTooLarge('stream event');
  }

  return {
    push: (bytes) => feed(decoder.decode(bytes, { stream: true })),
    end: () => feed(`${decoder.decode()}\n`),
  };
}
