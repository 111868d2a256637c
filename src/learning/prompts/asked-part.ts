/** In longer prompts the material is shortened, so that the request stands out. */
const readWhole = 768;
/** A request separate from its material is at most this long. */
const longestRequest = 320;
/** How much of the material is kept, half from each end. */
const materialChars = 64;

/**
 * Returns the part of a prompt from which its task is guessed. If a request precedes or follows pasted code, logs or
 * articles, only a little of those is kept: a file full of errors is not a debugging task if the question is what it
 * exports. Otherwise returns the prompt unchanged.
 */
export function askedPart(prompt: string): string {
  if (prompt.length <= readWhole) return prompt;
  const text = prompt.trim();
  const first = firstPart(text);
  const last = lastPart(text);
  const before = isRequest(first) ? first : '';
  const behind = isRequest(last) ? last : '';
  if (before === '' && behind === '') return prompt;
  const half = materialChars / 2;
  const from = before.length;
  const to = text.length - behind.length;
  if (to - from <= materialChars) return prompt;
  return `${before}\n${text.slice(from, from + half)}\n${text.slice(to - half, to)}\n${behind}`;
}

/** Returns the first paragraph, or else the first line, if it is short; otherwise an empty string. */
function firstPart(text: string): string {
  const start = text.slice(0, longestRequest);
  const paragraph = start.indexOf('\n\n');
  const end = paragraph === -1 ? start.indexOf('\n') : paragraph;
  return end === -1 ? '' : start.slice(0, end);
}

function lastPart(text: string): string {
  const end = text.slice(-longestRequest);
  const paragraph = end.lastIndexOf('\n\n');
  const start = paragraph === -1 ? end.lastIndexOf('\n') : paragraph + 1;
  return start === -1 ? '' : end.slice(start + 1);
}

const code =
  /^\s*(?:import\b|package\b|from \S+ import|export\b|const\b|def\b|class\b|function\b|public\b|private\b|return\b|at \S+\(|caused by|[#/*<>{}|-])/i;

/** Symbols are rarer than this in prose. */
const maxSigns = 0.12;

/** Whether a text is a sentence rather than a line of code, log or table. */
function isRequest(text: string): boolean {
  if (code.test(text)) return false;
  let letters = 0;
  let signs = 0;
  for (let at = 0; at < text.length; at++) {
    const sort = text.charCodeAt(at);
    if (sort > 127 || ((sort | 32) >= 97 && (sort | 32) <= 122)) letters++;
    else if (!isProse(sort)) signs++;
  }
  return letters > 1 && signs <= maxSigns * text.length;
}

/** Whether a character is whitespace or punctuation of prose. */
function isProse(sort: number): boolean {
  return sort <= 32 || (sort < 64 && proseMarks.includes(String.fromCharCode(sort)));
}

const proseMarks = `!"'(),-.:;?`;
