import { errorRate, errs } from '../judgement.ts';
import { opinion } from '../opinion.ts';
import type { Prompt } from '../prompt.ts';
import { contentWords, sentencesOf } from '../words.ts';

/** Summarises a text by its sentences with the most weight, in their original order. */
export function summaryOf(prompt: Prompt): string | undefined {
  if (
    !/\b(?:summar\w+|tl;?dr|condense|shorten|key points|main points|recap)\b/i.test(
      `${prompt.question.slice(0, 600)} ${prompt.question.slice(-300)}`,
    )
  )
    return undefined;
  const text = ends(materialIn(prompt));
  const sentences = sentencesOf(text);
  const counts = new Map<string, number>();
  for (const word of contentWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const weight = (sentence: string): number => {
    const words = contentWords(sentence);
    return words.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0) / Math.sqrt(words.length + 4);
  };
  const limit = Number(/\b(\d{1,2})\s+(?:sentences?|points?|bullets?)/i.exec(prompt.question)?.[1] ?? 3);
  const best = sentences
    .map((sentence, index) => ({ sentence, index, weight: weight(sentence) }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, /\bone sentence\b/i.test(prompt.question) ? 1 : limit)
    .sort((a, b) => a.index - b.index);
  return best.length === 0 ? undefined : best.map(({ sentence }) => sentence.slice(0, 400)).join(' ');
}

/** Reading word by word is slow, so only the beginning and end of a long text are used. */
function ends(text: string): string {
  return text.length > 40_000 ? `${text.slice(0, 20_000)}\n${text.slice(-20_000)}` : text;
}

/** The text to read: the request without a leading instruction that ends with a colon. */
function materialIn({ question, everything }: Prompt): string {
  const text = question.length > 200 ? question : everything;
  const colon = /^[^\n]{0,200}:\s*\n?/.exec(text);
  return colon ? text.slice(colon[0].length) : text;
}

/** Returns the label that fits a text, if the request lists labels. */
export function classOf(prompt: Prompt): string | undefined {
  if (!/\b(?:classif\w+|categor\w+|label|sentiment|positive or negative)\b/i.test(prompt.question))
    return undefined;
  const labels = labelsIn(prompt.question);
  if (labels.length < 2) return undefined;
  const right = labels.find((label) => (moods[label.toLowerCase()] ?? /$^/).test(prompt.question));
  if (right === undefined) return opinion(prompt, labels);
  const { world, character } = prompt;
  const wrong = errs(world, character.name, `class ${prompt.question}`, errorRate(character.skill, 0.35));
  return wrong ? (labels.find((label) => label !== right) ?? right) : right;
}

function labelsIn(question: string): string[] {
  const list =
    /\b(?:as|into|of|labels?|categories|classes|one of|either|options)\b:?\s*\[?((?:["'\w -]{2,30}(?:,|\/|\||\bor\b|\band\b)\s*)+["'\w-]{2,30})/i.exec(
      question,
    )?.[1];
  const labels = list?.split(/\s*(?:,|\/|\||\bor\b|\band\b)\s*/) ?? [];
  return labels.map((label) => label.replaceAll(/["'\]]/g, '').trim()).filter((label) => label !== '');
}

const moods: Readonly<Record<string, RegExp>> = {
  positive: /\b(?:love|great|excellent|wonderful|amazing|good|happy|perfect|best|fantastic|pleased)\b/i,
  negative: /\b(?:hate|terrible|awful|bad|worst|broken|disappoint\w*|angry|poor|horrible|refund)\b/i,
  spam: /\b(?:winner|free money|click here|lottery|prize|viagra|urgent offer)\b/i,
  bug: /\b(?:crash\w*|error|fails?|broken|exception|wrong)\b/i,
  question: /\?/,
};

/** Kinds of items that a request may want extracted from a text. */
const extractions: readonly (readonly [RegExp, RegExp])[] = [
  [/\be-?mails?\b/i, /[\w.+-]+@[\w-]+\.[\w.]*\w/g],
  [/\b(?:urls?|links?)\b/i, /https?:\/\/[^\s"'<>)]+/g],
  [
    /\bdates?\b/i,
    /\d{4}-\d\d-\d\d|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}(?:, \d{4})?/g,
  ],
  [/\b(?:phone|telephone)\b/i, /\+?\d[\d ()-]{7,}\d/g],
  [/\b(?:prices?|amounts?)\b/i, /[$€£]\s?\d[\d,.]*\d|\d[\d,.]*\s?(?:USD|EUR|dollars|euros)/g],
  [/\bnumbers?\b/i, /-?\d+(?:\.\d+)?/g],
  [/\b(?:names?|people|persons?)\b/i, /(?<=[\s(])\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+/gu],
];

export function extracted({ question }: Prompt): string | undefined {
  if (!/\b(?:extract|list|find|pull out|identify)\b/i.test(question)) return undefined;
  const order = question.slice(0, 160);
  const kind = extractions.find(([asked]) => asked.test(order));
  const found = kind && question.slice(order.indexOf(':') + 1).match(kind[1]);
  return found?.length ? [...new Set(found)].join('\n') : undefined;
}

/** Returns the sentence of the conversation that shares the most words with the question. */
export function lookedUp(prompt: Prompt): string | undefined {
  const [ask = ''] = sentencesOf(prompt.question)
    .filter((sentence) => sentence.endsWith('?'))
    .slice(-1);
  const wanted = ask || prompt.question.slice(-200);
  if (contentWords(wanted).length === 0) return undefined;
  const words = new Set(contentWords(wanted));
  const material = sentencesOf(ends(`${prompt.instructions}\n${prompt.everything}`)).filter(
    (sentence) => !sentence.endsWith('?') && sentence !== wanted && sentence.length < 600,
  );
  const best = material
    .map((sentence) => ({
      sentence,
      score: [...new Set(contentWords(sentence))].filter((word) => words.has(word)).length,
    }))
    .reduce((a, b) => (b.score > a.score ? b : a), { sentence: '', score: 0 });
  const enough = Math.min(2, words.size);
  return best.score >= enough ? best.sentence : undefined;
}
