import type { BlockPart, StreamPart } from '../../core/wire/stream-part.ts';

/**
 * Reorders a reply's parts for formats with one open block at a time: no tool call is left before its arguments are
 * complete. Parts that arrive in between wait, by block, and are written once the call is complete, at the latest with
 * the finish. A stream whose blocks follow each other passes unchanged; at most the rest of the answer waits. After an
 * error nothing that waited is written, because half a call must not look like a whole one.
 */
export function callsInTurn(write: (part: StreamPart) => void): (part: StreamPart) => void {
  let open: OpenCall | undefined;
  /** Blocks that wait, in the order of their first parts. */
  const waiting = new Map<number, StreamPart[]>();
  const closed = new Set<number>();

  function pass(part: BlockPart): void {
    if (part.type === 'tool-call-start') open = openCall(part.index);
    else if (part.type === 'tool-call-delta') {
      // After its arguments object has ended, nothing more of a call has meaning, and its block may be closed.
      if (closed.has(part.index)) return;
      open?.read(part.text);
    }
    write(part);
  }

  function close(): void {
    if (open) closed.add(open.index);
    open = undefined;
  }

  function hold(part: BlockPart): void {
    const parts = waiting.get(part.index);
    if (!parts) return void waiting.set(part.index, [part]);
    const last = parts.at(-1);
    if (part.type === 'tool-call-delta' && last?.type === 'tool-call-delta')
      parts[parts.length - 1] = { ...last, text: last.text + part.text };
    else parts.push(part);
  }

  function release(all: boolean): void {
    for (const [index, parts] of waiting) {
      if (open && !open.whole() && !all) return;
      close();
      waiting.delete(index);
      for (const part of parts) if (hasBlock(part)) pass(part);
    }
  }

  return (part) => {
    if (part.type === 'finish') release(true);
    if (!hasBlock(part)) return write(part);
    if (open && part.index !== open.index) {
      if (!open.whole()) return closed.has(part.index) ? undefined : hold(part);
      close();
    }
    pass(part);
    if (waiting.size > 0) release(false);
  };
}

function hasBlock(part: StreamPart): part is BlockPart {
  return 'index' in part;
}

type OpenCall = {
  readonly index: number;
  read(text: string): void;
  /** True after the brace that closes the arguments object. */
  whole(): boolean;
};

const quote = 0x22;
const backslash = 0x5c;
const brace = { opens: 0x7b, closes: 0x7d } as const;
const bracket = { opens: 0x5b, closes: 0x5d } as const;

/** Counts braces, once per character; parsing at every piece would read a long call again and again. */
function openCall(index: number): OpenCall {
  let depth = 0;
  let begun = false;
  let quoted = false;
  let escaped = false;
  return {
    index,
    read(text) {
      for (let at = 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        if (escaped) escaped = false;
        else if (quoted) {
          if (code === backslash) escaped = true;
          else if (code === quote) quoted = false;
        } else if (code === quote) quoted = true;
        else if (code === brace.opens || code === bracket.opens) {
          depth += 1;
          begun = true;
        } else if (code === brace.closes || code === bracket.closes) depth -= 1;
      }
    },
    whole: () => begun && depth <= 0,
  };
}
