import { isRefusal } from '../../acceptance/refusals.ts';
import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json/json.ts';
import answerPrompt from '../../prompts/tools/consensus-answer.ts';
import type { Material } from '../../prompts/untrusted.ts';
import type { ExpertQuestion } from '../asking/ask-expert.ts';
import { askReadable, type ReadAnswer } from '../asking/ask-readable.ts';
import { findJson } from '../answer-json/find-json.ts';
import type { ToolContext } from '../offer/tool.ts';
import { replyOf, text, texts } from './json-schema.ts';
import { seatQuestion, type PanelRun, type Seat } from './panel-run.ts';

/** The answer of one seat. */
export type SeatAnswer = {
  readonly who: string;
  readonly model: string;
  readonly text: string;
  /** What can be compared with the claims of other seats. Empty: the answer is long and lists no claims. */
  readonly claims: readonly string[];
  /** What was wrong with the form of the answer. */
  readonly note?: string;
};

const reply = replyOf('answer', { answer: text, claims: texts, confidence: { type: 'number' } });

/** The longest answer of the panel that the synthesiser is planned to read, in tokens. */
export const longestAnswer = 12_000;

/** The question that every seat answers independently. */
export function answerQuestion(run: PanelRun, seat: Seat): ExpertQuestion {
  return seatQuestion(run, seat, { prompt: answerPrompt, output: reply });
}

/**
 * Reads one seat's answer. A short answer without claims, such as "No, drop the lock.", is a claim itself; a refusal is
 * no answer.
 * @throws ConclaveError `content_filtered` if the model declines.
 */
export async function seatAnswer(
  context: ToolContext,
  { name, model }: Seat,
  question: ExpertQuestion,
): Promise<SeatAnswer> {
  const { read, text: written, askedTwice, declined } = await askReadable(context, question, readAnswer);
  const { text, claims } = read.ok ? read.value : { text: written.trim(), claims: [] };
  if (declined || (isRefusal(text) && claims.every(isRefusal))) throw refusal(text);
  if (claims.length > 0) return { who: name, model, text, claims };
  const isClaim = text !== '' && text.length <= longestClaim;
  const form = read.ok ? 'listed no claims' : `answered in prose${askedTwice ? ' twice' : ''}`;
  return {
    who: name,
    model,
    text,
    claims: isClaim ? [text] : [],
    note: `${name} ${form}, so its ${isClaim ? 'whole answer was compared as one claim' : 'claims could not be compared'}`,
  };
}

function refusal(text: string): ConclaveError {
  const words = text === '' ? '' : `: "${text.slice(0, 200)}"`;
  return new ConclaveError('content_filtered', `It declined to answer${words}.`);
}

/** In characters: a sentence or two. */
const longestClaim = 300;

function readAnswer(answer: string): ReadAnswer<Pick<SeatAnswer, 'text' | 'claims'>> {
  const found = findJson(answer, (value) => isJsonObject(value) && typeof value['answer'] === 'string');
  if (!found || !isJsonObject(found.value)) {
    return { ok: false, reason: 'It holds no JSON object with "answer" and "claims".' };
  }
  const { answer: text, claims } = found.value;
  return {
    ok: true,
    value: {
      text: String(text),
      claims: (Array.isArray(claims) ? claims : []).filter((claim) => typeof claim === 'string').slice(0, 12),
    },
  };
}

/** Answers as material for a judging model: text written by models is as untrusted as a file. */
export function answersShown(answers: readonly SeatAnswer[]): Material[] {
  return answers.map(({ who, text }) => ({ kind: 'answer', name: who, text }));
}

/** Answers in full, for a caller who gets no summary of them. */
export function answersText(answers: readonly SeatAnswer[]): string {
  return answers.map(({ who, text }) => `${who}:\n${text}`).join('\n\n');
}
