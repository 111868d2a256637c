import { createHash } from 'node:crypto';
import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json/json.ts';
import rankPrompt from '../../prompts/tools/consensus-rank.ts';
import { expertCall } from '../asking/ask-expert.ts';
import { askReadable, type ReadAnswer } from '../asking/ask-readable.ts';
import { findJson } from '../findings/find-json.ts';
import { reserveOnce } from '../panels/reserve-once.ts';
import { failuresIn, requireResults, resultsOf, runPanel } from '../panels/run-panel.ts';
import type { ToolContext } from '../offer/tool.ts';
import {
  aggregateRankings,
  dissentInRanking,
  rankingIsSettled,
  type Ranking,
  type RankingResult,
} from './aggregate-rankings.ts';
import { summed } from './answer-mode.ts';
import { rankingText } from './ranking-text.ts';
import { replyOf, text } from './json-schema.ts';
import type { ModeOutcome } from './mode-outcome.ts';
import { expectedOfPanel, type PanelCalls } from './panel-calls.ts';
import { chairQuestion, modelsAsked, seatsOf, type PanelRun, type Seat, type Shared } from './panel-run.ts';
import {
  seatAnswer,
  answerQuestion,
  answersShown,
  answersText,
  longestAnswer,
  type SeatAnswer,
} from './seat-answer.ts';

/** Every letter must occur once; a schema can only list the letters. */
const rankReply = (letters: readonly string[]) =>
  replyOf('ranking', {
    ranking: { type: 'array', items: { type: 'string', enum: [...letters] } },
    reason: text,
  });

/** Every seat answers and judges; the chair sums up. */
export function rankCalls(context: ToolContext): PanelCalls {
  const judging = (run: PanelRun, model: string) => ({
    question: expertCall(context, rankQuestion(run, model, [], sharedBy(run))),
    furtherTokens: run.panel.seats.length * longestAnswer,
  });
  return {
    ofSeat: (run, seat) => [
      { question: expertCall(context, answerQuestion(run, seat, sharedBy(run))) },
      judging(run, seat.model),
    ],
    ofChair: (run) => [judging(run, run.panel.synthesiser.id)],
  };
}

function sharedBy({ panel }: PanelRun): Shared {
  return { calls: 2 * panel.seats.length + 1 };
}

/**
 * All seats answer; then each ranks the answers of the others. The answers carry letters instead of names, in a
 * different order for each judge, so that no judge knows an answer's author, and none sees its own answer. The chair
 * sums up.
 */
export async function rankMode(context: ToolContext, run: PanelRun): Promise<ModeOutcome> {
  const seats = seatsOf(run);
  const calls = sharedBy(run);
  const expected = expectedOfPanel(run, rankCalls(context));
  return await reserveOnce(context, { tool: 'consensus', expected }, async (inner, requestId) => {
    const results = await runPanel(inner, {
      members: seats,
      work: (seat, own) => seatAnswer(own, seat, answerQuestion(run, seat, calls)),
    });
    const answers = requireResults('consensus', results);
    const common = { results, requestId, answers };
    if (answers.length < 2) {
      return {
        ...common,
        text: answers[0]?.text ?? '',
        ...(answers[0] && { author: answers[0].model }),
        complete: modelsAsked(run) < 2,
        warnings: ['only one model answered: nothing to rank'],
      };
    }
    const judged = await runPanel(inner, {
      members: judgesOf(run, seats, answers),
      work: (judge, own) => ranked(own, run, { judge, answers, calls }),
    });
    const rankings = resultsOf(judged);
    const failed = failuresIn(judged);
    const notes = failed.map(({ who, error }) => `${who} did not rank the answers: ${error}`);
    if (rankings.length === 0) {
      const summary = await summed(inner, run, { material: answersShown(answers), calls });
      return {
        ...common,
        text: summary?.text ?? answersText(answers),
        ...(summary && { author: summary.author }),
        complete: false,
        warnings: [...notes, 'the answers are not ranked', ...noSummary(summary, 'all answers are')],
      };
    }
    const ranking = aggregateRankings(
      answers.map(({ who }) => who),
      rankings,
    );
    const dissent = dissentInRanking(ranking, rankings);
    const standings = {
      kind: 'text',
      name: 'how the panel ranked the answers',
      text: rankingText(ranking, dissent),
    } as const;
    const summary = await summed(inner, run, { material: [...answersShown(answers), standings], calls });
    const shown = summary ?? best(ranking, answers);
    const silent = modelsAsked(run) - answers.length;
    const complete = rankingIsSettled(ranking, silent + failed.length);
    return {
      ...common,
      text: shown?.text ?? '',
      ...(shown && { author: shown.author }),
      ranking,
      dissent,
      complete,
      warnings: [
        ...notes,
        ...(complete ? [] : ['the rankings that are missing could have changed which answer is first']),
        ...noSummary(summary, 'the best answer is'),
      ],
    };
  });
}

function noSummary(summary: object | undefined, shown: string): string[] {
  return summary === undefined ? [`the chair could not write a summary; ${shown} shown instead`] : [];
}

type Judge = Pick<Seat, 'name' | 'model'>;

/** The seats that answered. With only two answers each would see just one, so the chair judges. */
function judgesOf({ panel }: PanelRun, seats: readonly Seat[], answers: readonly SeatAnswer[]): Judge[] {
  const answered = new Set(answers.map(({ who }) => who));
  if (answers.length > 2) return seats.filter(({ name }) => answered.has(name));
  return [{ name: `${panel.synthesiser.id} (chair)`, model: panel.synthesiser.id }];
}

async function ranked(
  context: ToolContext,
  run: PanelRun,
  {
    judge,
    answers,
    calls,
  }: {
    readonly judge: Judge;
    readonly answers: readonly SeatAnswer[];
    readonly calls: { readonly calls: number };
  },
): Promise<Ranking> {
  const lettered = lettersFor(judge.name, answers, run.gathered.nonce);
  const question = rankQuestion(run, judge.model, lettered, calls);
  const { read } = await askReadable(context, question, (answer) => readRanking(answer, lettered));
  if (!read.ok)
    throw new ConclaveError('provider_invalid_reply', `Its ranking could not be read: ${read.reason}`);
  return { judge: judge.name, order: read.value };
}

export type Lettered = { readonly letter: string; readonly answer: SeatAnswer };

/** The answers that a judge sees, in an unpredictable order that differs between judges. */
function lettersFor(judge: string, answers: readonly SeatAnswer[], nonce: string): Lettered[] {
  const place = ({ who }: SeatAnswer) =>
    createHash('sha256').update(`${nonce} ${judge} ${who}`).digest('hex');
  return answers
    .filter(({ who }) => who !== judge)
    .toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
    .map((answer, index) => ({ letter: String.fromCharCode(65 + index), answer }));
}

function rankQuestion(
  run: PanelRun,
  model: string,
  lettered: readonly Lettered[],
  calls: { readonly calls: number },
) {
  const question = `Order these answers to the following question:\n\n${run.gathered.question}`;
  const letters = lettered.length > 0 ? lettered.map(({ letter }) => letter) : ['A'];
  const material = lettered.map(
    ({ letter, answer }) => ({ kind: 'answer', name: letter, text: answer.text }) as const,
  );
  return {
    ...chairQuestion(
      run,
      { prompt: rankPrompt, question, material, output: rankReply(letters), task: 'chat' },
      calls,
    ),
    model,
    modelReason: 'a judge of the answers',
  };
}

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

function best({ standings }: RankingResult, answers: readonly SeatAnswer[]) {
  const first = standings[0]?.candidate;
  const answer = answers.find(({ who }) => who === first);
  return answer && { text: answer.text, author: answer.model };
}
