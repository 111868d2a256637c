import { onceForPrompt } from '../once-for-prompt.ts';
import type { Prompt } from '../prompt.ts';
import { asksForReview, codeFor } from '../review/review-prompt.ts';
import { reviewInProse } from '../review/word-review.ts';
import { keywords, sentencesOf } from '../words.ts';
import { evaluate } from './arithmetic.ts';
import { factFor } from './facts.ts';
import { prescribed, transformed } from './obey.ts';
import { classOf, extracted, lookedUp, summaryOf } from './read-text.ts';
import { choiceOf, opinionOn } from './stance.ts';
import { aboutCode, codeOf } from './write-code.ts';

/** An answer in prose; `exact` if the request prescribed it, so that nothing may be added. */
export type ProseAnswer = { readonly text: string; readonly exact: boolean };

/** The first that returns a text provides the answer; ordered from the most specific request to the vaguest. */
const answerers: readonly ((prompt: Prompt) => string | undefined)[] = [
  afterTools,
  (prompt) => (codeFor(prompt).length > 0 && asksForReview(prompt) ? reviewInProse(prompt) : undefined),
  choiceOf,
  transformed,
  summaryOf,
  classOf,
  extracted,
  codeOf,
  aboutCode,
  arithmetic,
  factFor,
  greeting,
  pictures,
  translation,
  lookedUp,
  opinionOn,
];

/** Returns the model's answer, with a label that it is simulated unless the request prescribes the exact text. */
export function answerInProse(prompt: Prompt): string {
  const { text, exact } = proseAnswer(prompt);
  return exact ? text : `Simulated ${prompt.model}: ${text}`;
}

export const proseAnswer = onceForPrompt((prompt): ProseAnswer => {
  const exact = prescribed(prompt);
  if (exact !== undefined) return { text: exact, exact: true };
  for (const answerer of answerers) {
    const text = answerer(prompt);
    if (text !== undefined) return { text, exact: false };
  }
  return { text: reflection(prompt), exact: false };
});

function afterTools({ results }: Prompt): string | undefined {
  if (results.length === 0) return undefined;
  return results
    .map(({ tool, text, failed }) =>
      failed ? `${tool} failed: ${text.slice(0, 2_000)}` : `${tool} says: ${text.slice(0, 2_000)}`,
    )
    .join('\n');
}

function arithmetic(prompt: Prompt): string | undefined {
  const worked = evaluate(prompt);
  return worked && `${worked.expression} = ${worked.said}`;
}

function greeting({ question }: Prompt): string | undefined {
  return /^\s*(?:hi|hello|hey|good (?:morning|afternoon|evening))\b[^?]{0,40}$/i.test(question)
    ? 'Hello! I am a stand-in without a model behind me, good for trying things out. What shall we try?'
    : undefined;
}

function pictures({ images, documents }: Prompt): string | undefined {
  if (images.length === 0 && documents.length === 0) return undefined;
  const seen = [
    ...(images.length > 0
      ? [`${images.length} image${images.length > 1 ? 's' : ''} (${images.join(', ')})`]
      : []),
    ...(documents.length > 0
      ? [`${documents.length} document${documents.length > 1 ? 's' : ''} (${documents.join(', ')})`]
      : []),
  ];
  return `I received ${seen.join(' and ')}. A stand-in cannot look inside.`;
}

function translation({ question }: Prompt): string | undefined {
  const wish = /\btranslat\w+\b.*?\b(?:in)?to ([A-Z]\p{L}+)/iu.exec(question);
  if (!wish) return undefined;
  const text = /["“]([^"”]+)["”]/.exec(question)?.[1] ?? question.slice(question.indexOf(':') + 1).trim();
  return `(not really translated into ${wish[1]}) ${text}`;
}

/** Fallback: describes the question, so that a reader sees what arrived. */
function reflection({ question, character, asked }: Prompt): string {
  const [first = 'an empty message'] = sentencesOf(question);
  const words = [...new Set(keywords(question))].slice(0, 6);
  const turns = asked.turns.filter(({ role }) => role !== 'system').length;
  const depth = { frontier: 3, workhorse: 2, economy: 1 }[character.tier];
  const thoughts = [
    `The request comes down to this: ${first.slice(0, 240)}`,
    `What it turns on: ${words.join(', ') || 'nothing in particular'}.`,
    `This is turn ${turns} of the conversation; a real model would go on from here.`,
  ];
  return thoughts.slice(0, depth).join('\n');
}
