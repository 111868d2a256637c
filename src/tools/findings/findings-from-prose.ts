import type { JsonObject } from '../../core/json/json.ts';
import { categoryFrom, severityFrom } from './normalise-words.ts';

/** Reads findings from a review written as prose: every paragraph or list item that names a file and a line. */
export function findingsFromProse(text: string): JsonObject[] {
  return blocksOf(text).flatMap((block) => {
    const place = placePattern.exec(block);
    if (!place) return [];
    const [written, file = '', start = '', end = start] = place;
    const word = severityPattern.exec(block)?.[1];
    const severity = word === undefined ? undefined : severityFrom(word);
    const { title, explanation } = headingOf(block, written);
    if (title === '') return [];
    const label = /\b(?:category|type)\s*[:=]\s*\**\s*([\w -]{3,30})/i.exec(block)?.[1];
    return [
      {
        file,
        startLine: Number(start),
        endLine: Number(end),
        title,
        explanation,
        ...(severity === undefined ? {} : { severity }),
        ...(label === undefined || categoryFrom(label) === 'other' ? {} : { category: label.trim() }),
      },
    ];
  });
}

/** `src/a.ts:12`, `src/a.ts:12-14`, `src/a.ts#L12`, `src/a.ts, line 12` or `src/a.ts (lines 12-14)`. */
const placePattern =
  /[`*("]*((?:[\w.@-]+\/)*[\w.@-]+\.[A-Za-z]\w{0,9})[`*"]*(?:[:#]\s*L?|,?\s*\(?(?:at\s+)?lines?\s+)(\d+)(?:\s*(?:[-–]|to)\s*L?(\d+))?[`*)"]*/;

const severityPattern =
  /\b(critical|blocker|severe|high|major|medium|moderate|warning|low|minor|info|nit)\b/i;

/** List items, or paragraphs if there is no list; continuation lines belong to their item. */
function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  for (const line of text.split('\n')) {
    const begins =
      /^\s{0,3}(?:[-*•]\s|\d{1,3}[.)]\s|#{1,6}\s)/.test(line) &&
      !/^\s{0,3}[-*]\s+\**(?:fix|suggestion|explanation|severity|category|line)/i.test(line);
    if (begins || blocks.length === 0) blocks.push(line);
    else if (line.trim() === '' && placePattern.test(blocks.at(-1) ?? '')) blocks.push('');
    else blocks[blocks.length - 1] += `\n${line}`;
  }
  return blocks.map((block) => block.trim()).filter((block) => block !== '');
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
