import { createHash } from 'node:crypto';
import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json/json.ts';
import rankPrompt from '../../prompts/tools/consensus-rank.ts';
import type { ExpertQuestion } from '../asking/ask-expert.ts';
import { askReadable, type ReadAnswer } from '../asking/ask-readable.ts';
import { findJson } from '../answer-json/find-json.ts';
import { runPanel, type PanelResult } from '../panels/run-panel.ts';
import type { ToolContext } from '../offer/tool.ts';
import type { Ranking } from './aggregate-rankings.ts';
import { replyOf, text } from './json-schema.ts';
import { chairQuestion, seatsOf, type PanelRun, type Seat } from './panel-run.ts';
import type { SeatAnswer } from './seat-answer.ts';

export type Judge = Pick<Seat, 'name' | 'model'>;

/**
 * Each seat that answered ranks the answers of the others. The answers carry letters instead of names, in a different
 * order for each judge, so that no judge knows an answer's author, and none sees its own answer.
 */
export function judgeAnswers(
  context: ToolContext,
  run: PanelRun,
  answers: readonly SeatAnswer[],
): Promise<PanelResult<Judge, Ranking>[]> {
  return runPanel(context, {
    members: judgesOf(run, answers),
    work: (judge, own) => rankingBy(own, run, { judge, answers }),
  });
}

/** With only two answers each seat would see just one, so the chair judges. */
function judgesOf(run: PanelRun, answers: readonly SeatAnswer[]): Judge[] {
  const answered = new Set(answers.map(({ who }) => who));
  if (answers.length > 2) return seatsOf(run).filter(({ name }) => answered.has(name));
  const { id } = run.panel.synthesiser;
  return [{ name: `${id} (chair)`, model: id }];
}

async function rankingBy(
  context: ToolContext,
  run: PanelRun,
  { judge, answers }: { readonly judge: Judge; readonly answers: readonly SeatAnswer[] },
): Promise<Ranking> {
  const lettered = lettersFor(judge.name, answers, run.gathered.nonce);
  const question = rankQuestion(run, judge.model, lettered);
  const { read } = await askReadable(context, question, (answer) => readRanking(answer, lettered));
  if (!read.ok)
    throw new ConclaveError('provider_invalid_reply', `Its ranking could not be read: ${read.reason}`);
  return { judge: judge.name, order: read.value };
}

type Lettered = { readonly letter: string; readonly answer: SeatAnswer };

/** The answers that a judge sees, in an unpredictable order that differs between judges. */
function lettersFor(judge: string, answers: readonly SeatAnswer[], nonce: string): Lettered[] {
  const place = ({ who }: SeatAnswer) =>
    createHash('sha256').update(`${nonce} ${judge} ${who}`).digest('hex');
  return answers
    .filter(({ who }) => who !== judge)
    .toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
    .map((answer, index) => ({ letter: String.fromCharCode(65 + index), answer }));
}

export function rankQuestion(run: PanelRun, model: string, lettered: readonly Lettered[]): ExpertQuestion {
  const question = `Order these answers to the following question:\n\n${run.gathered.question}`;
  const letters = lettered.length > 0 ? lettered.map(({ letter }) => letter) : ['A'];
  const material = lettered.map(
    ({ letter, answer }) => ({ kind: 'answer', name: letter, text: answer.text }) as const,
  );
  return {
    ...chairQuestion(run, {
      prompt: rankPrompt,
      question,
      material,
      output: rankReply(letters),
      task: 'chat',
    }),
    model,
    modelReason: 'a judge of the answers',
  };
}

/** Every letter must occur once; a schema can only list the letters. */
const rankReply = (letters: readonly string[]) =>
  replyOf('ranking', {
    ranking: { type: 'array', items: { type: 'string', enum: [...letters] } },
    reason: text,
  });

/** Translates a judge's letters into names, best first; omitted answers share the last place. */
function readRanking(answer: string, lettered: readonly Lettered[]): ReadAnswer<string[]> {
  const found = findJson(answer, (value) => isJsonObject(value) && Array.isArray(value['ranking']));
  const list = found && isJsonObject(found.value) ? found.value['ranking'] : undefined;
  const letters = (Array.isArray(list) ? list : []).map((item) => /\b([A-Z])\b/.exec(String(item))?.[1]);
  const order = letters.flatMap((letter) => lettered.find((one) => one.letter === letter)?.answer.who ?? []);
  const unique = [...new Set(order)];
  if (unique.length > 0) return { ok: true, value: unique };
  const known = lettered.map(({ letter }) => letter).join(', ');
  return { ok: false, reason: `It names none of the answers; they are ${known}.` };
}
