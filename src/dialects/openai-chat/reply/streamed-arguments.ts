/** The arguments of one call, as a provider streams them. */
export type StreamedArguments = {
  /**
   * Takes the next piece and returns what is new in it: the piece itself, or less if the provider repeats what it has
   * sent. An empty object alone is held back, because some gateways send one in front of the arguments.
   */
  add(piece: string): string;
  /** Whether anything has come. */
  haveBegun(): boolean;
  /** Whether what has come is a whole JSON object, so that nothing can follow. */
  areWhole(): boolean;
  /** Whether this text is all that has come. */
  are(text: string): boolean;
  /** Returns an empty object that was held back, and holds it no longer; otherwise ''. */
  release(): string;
};

const emptyObject = '{}';

/**
 * Reads arguments that come in pieces, which are joined, or in one of the forms that clients would join to broken JSON:
 * each piece repeats all before it (https://github.com/NousResearch/hermes-agent/issues/35592), the last one is the whole
 * once more (https://github.com/anomalyco/opencode/issues/17339), or the first one is an empty object
 * (https://github.com/openai/openai-agents-js/issues/712).
 */
export function streamedArguments(): StreamedArguments {
  let text = '';
  let isHeld = false;
  let extent = openExtent();
  /** A piece has repeated all before it: those that follow do so, too. */
  let repeats = false;

  function isRepetition(piece: string): boolean {
    if (text === '' || piece.length < text.length || !text.startsWith('{') || !piece.startsWith(text)) {
      return false;
    }
    if (extent.isWhole()) return piece.trim() === text.trim();
    return piece.length > text.length && (repeats || !continues(piece));
  }

  /**
   * Whether a piece that begins as the arguments do may nevertheless be their next: as a value, `{"left":` and then
   * `{"left":1}`, or as a key, `{"` and then `{":1}`.
   */
  function continues(piece: string): boolean {
    return extent.expectsValue() || (/^\{\s*"$/.test(text) && /^\s*:/.test(piece.slice(text.length)));
  }

  function append(piece: string): string {
    text += piece;
    extent.read(piece);
    return piece;
  }

  return {
    add(piece) {
      if (piece === '' || (isHeld && piece.trim() === '')) return '';
      if (isHeld) {
        isHeld = false;
        text = '';
        extent = openExtent();
      }
      if (text === '' && piece.trim() === emptyObject) {
        isHeld = true;
        append(piece);
        return '';
      }
      if (!isRepetition(piece)) return append(piece);
      if (extent.isWhole()) return '';
      repeats = true;
      return append(piece.slice(text.length));
    },
    haveBegun: () => text !== '',
    areWhole: () => extent.isWhole(),
    are: (whole) => text === whole,
    release() {
      if (!isHeld) return '';
      isHeld = false;
      return emptyObject;
    },
  };
}

/** Follows an object’s JSON as it grows, to know where it ends. */
function openExtent() {
  let depth = 0;
  let inString = false;
  let escaped = false;
  let wasOpened = false;
  /** The last character that means anything. */
  let last = '';

  function readQuoted(char: string): void {
    if (escaped) escaped = false;
    else if (char === '\\') escaped = true;
    else if (char === '"') inString = false;
  }

  function readBare(char: string): void {
    if (char === '"') inString = true;
    else if (char === '{' || char === '[') {
      depth += 1;
      wasOpened = true;
    } else if (char === '}' || char === ']') depth -= 1;
  }

  return {
    read(piece: string): void {
      for (const char of piece) {
        if (inString) readQuoted(char);
        else readBare(char);
        if (char.trim() !== '') last = char;
      }
    },
    isWhole: () => wasOpened && depth === 0 && !inString,
    expectsValue: () => !inString && (last === ':' || last === '[' || last === ','),
  };
}
