/** Of a longer prompt the material is shortened, so that the request is heard through it. */
const readWhole = 768;
/** A request is no longer than this where it stands apart from its material. */
const longestRequest = 320;
/** What is left of the material, half from either end. */
const materialChars = 64;

/**
 * A prompt as its task is guessed from. Where a request stands before or behind pasted code, logs or articles, of those a
 * little is left: a file of errors is not debugged when somebody asks what it exports. Else the prompt as it is.
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

/** The first paragraph, or at least line, where it is short; else nothing. */
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

/** Signs are rarer than this in what people write. */
const mostSigns = 0.12;

/** Whether it is somebody's sentence, and no line of code, log or table. */
function isRequest(text: string): boolean {
  if (code.test(text)) return false;
  let letters = 0;
  let signs = 0;
  for (let at = 0; at < text.length; at++) {
    const sort = text.charCodeAt(at);
    if (sort > 127 || ((sort | 32) >= 97 && (sort | 32) <= 122)) letters++;
    else if (!isProse(sort)) signs++;
  }
  return letters > 1 && signs <= mostSigns * text.length;
}

/** Space and the marks of sentences. */
function isProse(sort: number): boolean {
  return sort <= 32 || (sort < 64 && proseMarks.includes(String.fromCharCode(sort)));
}

const proseMarks = `!"'(),-.:;?`;
