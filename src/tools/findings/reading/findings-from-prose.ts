import type { JsonObject } from '../../../core/json/json.ts';
import { categoryFrom, severityFrom } from './normalise-words.ts';
import { placeInProse } from './place-in-prose.ts';

/** Reads findings from a review written as prose: every paragraph or list item that names a file and a line. */
export function findingsFromProse(text: string): JsonObject[] {
  return blocksOf(text).flatMap((block) => {
    const place = placeInProse(block);
    if (!place) return [];
    const { written, file, startLine, endLine } = place;
    const word = severityPattern.exec(block)?.[1];
    const severity = word === undefined ? undefined : severityFrom(word);
    const { title, explanation } = headingOf(block, written);
    if (title === '') return [];
    const label = /\b(?:category|type)\s*[:=]\s*(?:\*+\s*)?([\w -]{3,30})/i.exec(block)?.[1];
    return [
      {
        file,
        startLine,
        endLine,
        title,
        explanation,
        ...(severity === undefined ? {} : { severity }),
        ...(label === undefined || categoryFrom(label) === 'other' ? {} : { category: label.trim() }),
      },
    ];
  });
}

const severityPattern =
  /\b(critical|blocker|severe|high|major|medium|moderate|warning|low|minor|info|nit)\b/i;

/** List items, or paragraphs if there is no list. A paragraph without a place belongs to the one before it. */
function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  let hasPlace = false;
  for (const { lines, isItem } of paragraphsOf(text)) {
    const paragraph = lines.join('\n').trim();
    if (isItem || hasPlace || blocks.length === 0) {
      blocks.push(paragraph);
      hasPlace = false;
    } else blocks[blocks.length - 1] += `\n\n${paragraph}`;
    hasPlace ||= placeInProse(paragraph) !== undefined;
  }
  return blocks;
}

type Paragraph = { readonly lines: string[]; readonly isItem: boolean };

/** Paragraphs and list items; continuation lines belong to their item. */
function paragraphsOf(text: string): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  let open: Paragraph | undefined;
  for (const line of text.split('\n')) {
    const isItem =
      /^\s{0,3}(?:[-*•]\s|\d{1,3}[.)]\s|#{1,6}\s)/.test(line) &&
      !/^\s{0,3}[-*]\s+\**(?:fix|suggestion|explanation|severity|category|line)/i.test(line);
    if (line.trim() === '') open = undefined;
    else if (open && !isItem) open.lines.push(line);
    else paragraphs.push((open = { lines: [line], isItem }));
  }
  return paragraphs;
}

/** The first sentence without place, markup and severity is the title; the rest is the explanation. */
function headingOf(block: string, written: string): { title: string; explanation: string } {
  const plain = block
    .replace(written, ' ')
    .replace(/^\s*(?:[-*•]|\d{1,3}[.)]|#{1,6})\s*/, '')
    .replace(/\*\*|__|`/g, '')
    .replace(
      /[[(]\s*(?:critical|blocker|severe|high|major|medium|moderate|warning|low|minor|info|nit)(?:\s+severity)?\s*[\])]/gi,
      ' ',
    )
    .replace(
      /^\s*(?:critical|blocker|severe|high|major|medium|moderate|warning|low|minor|info|nit)(?:\s+severity)?\s*[:–-]\s*/i,
      '',
    )
    .replace(/^[\s:–—\-,;.()|]+/, '')
    .replace(/[ \t]+/g, ' ')
    .trim();
  const sentence = /^.{3,160}?(?:[.!?](?=\s|$)|\s[–—-]\s|:\s|\n|$)/s.exec(plain)?.[0] ?? plain.slice(0, 160);
  const title = sentence.replace(/[\s:–—.-]+$/, '').trim();
  return { title, explanation: plain.slice(sentence.length).trim() || plain };
}
