import { showsCode } from './shows-code.ts';

/** No request that stands apart from its material is longer. */
const longestRequest = 160;
/** Less than this is no material but a name, or a word that is spoken of. */
const leastMaterial = 24;
/** Code shows that it is code in its first lines. */
const shownAtOnce = 400;

/**
 * What may be asked in a prompt that is a short request and the text that it is about: behind a colon, in quotation marks
 * wherever they stand, above or below a line of its own, or behind a first sentence; what stands before the text comes first. A
 * letter has short lines too, so both ends may look like one. None where nothing is surely apart, and where the
 * material is code: to convert or to extract something of that is another kind of work than of prose.
 */
export function requestsApart(prompt: string): string[] {
  const text = prompt.trim();
  const head = text.slice(0, longestRequest);
  const before = divider.test(head)
    ? (beside(text, quoted(text, head)) ??
      beside(text, behindColon(text, head)) ??
      belowLine(text, head) ??
      beside(text, behindSentence(text, head)))
    : undefined;
  return [before, aboveLine(text)].filter((request) => request !== undefined);
}

const divider = /["“„«‘:：\n.?!。？！]/;

/** A stretch of material: from where to where. */
type Stretch = readonly [from: number, to: number];

/** What is left without the material, if that is short enough. */
function beside(text: string, material: Stretch | undefined): string | undefined {
  if (!material) return undefined;
  const [from, to] = material;
  if (to - from < leastMaterial || text.length - (to - from) > longestRequest) return undefined;
  const shown = text.slice(from, Math.min(to, from + shownAtOnce));
  if (showsCode(shown)) return undefined;
  // What leads to the material says nothing of what is asked.
  return `${text.slice(0, from)} ${text.slice(to)}`.trim().replace(/\s*[:：]$/, '');
}

const marks = ['""', '“”', '„“', '«»', '‘’'] as const;

/** From the first quotation mark to the last of its kind; all around it is the request, so neither is far from its end. */
function quoted(text: string, head: string): Stretch | undefined {
  const start = Math.max(0, text.length - longestRequest);
  const tail = text.slice(start);
  for (const [open = '', close = ''] of marks) {
    const from = head.indexOf(open);
    const to = from === -1 ? -1 : tail.lastIndexOf(close);
    if (to !== -1 && start + to - from >= leastMaterial) return [from, start + to + 1];
  }
  return undefined;
}

function behindColon(text: string, head: string): Stretch | undefined {
  const colon = head.search(/:\s|：|(?<=[⺀-퟿]):/);
  return colon === -1 || head.slice(0, colon).includes('\n') ? undefined : [colon + 1, text.length];
}

function belowLine(text: string, head: string): string | undefined {
  const end = head.indexOf('\n');
  return end === -1 ? undefined : beside(text, [end, text.length]);
}

/** The rest of what may be one's own words would be taken for material too soon. */
const leastBehindSentence = 80;

function behindSentence(text: string, head: string): Stretch | undefined {
  const end = head.search(/[.?!]\s|[。？！]/);
  if (end === -1 || text.length - end < leastBehindSentence || head.slice(0, end).includes('\n'))
    return undefined;
  return [end + 1, text.length];
}

/** The last line, where it is short enough. */
function aboveLine(text: string): string | undefined {
  const tail = text.slice(-longestRequest);
  const end = tail.lastIndexOf('\n');
  return end === -1 ? undefined : beside(text, [0, text.length - tail.length + end]);
}
