import { answerOf } from '../../src/acceptance/answer-of.ts';
import { requestFeatures } from '../../test/support/request-features.ts';
import { signsOf } from '../../src/acceptance/weigh-answers.ts';
import type { StepAnswer } from '../../src/core/routing/acceptance/acceptance.ts';
import type { CollectedReply } from '../../src/core/wire/collected-reply.ts';
import type { Model } from '../../src/core/model.ts';
import type { ModelRequest } from '../../src/core/wire/request.ts';
import {
  type SignalName,
  signalNames,
  type SignalOdds,
} from '../../src/learning/acceptance/acceptance-weights.ts';
import { familyOf } from './agreement.ts';
import { questionOf } from './folds.ts';
import type { RoutingRow } from './read-rows.ts';

/**
 * A real answer as a cascade sees it: how good its model's answers usually are, which signs it shows, and whether it is
 * right.
 */
export type SeenAnswer = {
  readonly set: string;
  /** The question it answers: answers to one question are not independent. */
  readonly question: string;
  /** Identifies the answer: the same answer is seen in several situations. */
  readonly answer: string;
  /** How often this model is right on this set, as known to a router that has seen it at such work. */
  readonly prior: number;
  readonly signs: readonly SignalName[];
  readonly right: number;
};

/** The sets with whole answers of some models. */
export const setsWithTexts = ['zeroeval_gsm', 'zeroeval_crux', 'zeroeval_mathl5'] as const;

/**
 * Returns what a cascade would have seen of every answer with a known text: alone, and after one of another family, one
 * of its own family, and one of the same model from another provider. A decisive sign (a refusal) leaves nothing to
 * weigh.
 */
export function seenAnswers(rows: readonly RoutingRow[], priors: ReadonlyMap<string, number>): SeenAnswer[] {
  const models = new Map(namesIn(rows).map((name) => [name, modelNamed(name)]));
  return rows.flatMap((row, at) => {
    const answers = [...models].flatMap(([name, model]): Told[] => {
      const { text, answer, score = 0 } = row.results.get(name) ?? {};
      // For some models the data have only the final answer, which is enough to agree with.
      const said = text ?? (answer === undefined ? undefined : `#### ${answer}`);
      return said === undefined ? [] : [{ model, score, whole: text !== undefined, reply: replyOf(said) }];
    });
    return answers.flatMap((one, place) => {
      if (!one.whole && !sellers.test(one.model.name)) return [];
      const others = answers.toSpliced(place, 1);
      const turn = at + place;
      const partners = [
        undefined,
        nth(
          others.filter(({ model, whole }) => whole && model.family !== one.model.family),
          turn,
        ),
        nth(
          others.filter(
            ({ model, whole }) => whole && model.family === one.model.family && model.id !== one.model.id,
          ),
          turn,
        ),
        nth(
          others.filter(({ model }) => model.id === one.model.id),
          turn,
        ),
      ];
      return partners.flatMap((partner, kind) => {
        if ((kind > 0 && !partner) || (kind === 0 && !one.whole)) return [];
        const signs = signalsOf(row.prompt, partner ? [partner, one] : [one]);
        return signs
          ? [{ ...named(row, one), prior: priors.get(one.model.name) ?? 0.5, signs, right: one.score }]
          : [];
      });
    });
  });
}

function named({ set, id, prompt }: RoutingRow, { model }: Told) {
  return { set, question: `${set} ${questionOf(prompt)}`, answer: `${set} ${id} ${model.name}` };
}

/** Describes how many answers to how many questions were seen, in how many situations. */
export function countedAnswers(seen: readonly SeenAnswer[]): string {
  const answers = new Set(seen.map(({ answer }) => answer)).size;
  const questions = new Set(seen.map(({ question }) => question)).size;
  return `${answers} real answers to ${questions} questions, seen in ${seen.length} situations (alone and after another one)`;
}

/** Counts how often each sign was seen: different counts mean that the same answers are read differently. */
export function signCounts(seen: readonly SeenAnswer[]): Record<SignalName, number> {
  const times = Map.groupBy(
    seen.flatMap(({ signs }) => signs),
    (name) => name,
  );
  return Object.fromEntries(signalNames.map((name) => [name, times.get(name)?.length ?? 0])) as Record<
    SignalName,
    number
  >; // made of all names
}

/** Returns the chance by the signs, before calibration. */
export function rawChance({ prior, signs }: SeenAnswer, odds: SignalOdds): number {
  const sum = signs.reduce((total, name) => total + odds[name], Math.log(prior / (1 - prior)));
  return 1 / (1 + Math.exp(-sum));
}

/** Returns how often each model is right where it was asked, as estimated by a router that started with nothing. */
export function priorsOf(rows: readonly RoutingRow[]): Map<string, number> {
  return new Map(
    namesIn(rows).map((name) => {
      const scores = rows.flatMap(({ results }) => results.get(name)?.score ?? []);
      const right = scores.reduce((sum, score) => sum + score, 0);
      return [name, (right + 1) / (scores.length + 2)];
    }),
  );
}

function namesIn(rows: readonly RoutingRow[]): string[] {
  return [...new Set(rows.flatMap(({ results }) => [...results.keys()]))];
}

type Told = {
  readonly model: Model;
  readonly score: number;
  readonly whole: boolean;
  readonly reply: CollectedReply;
};

function signalsOf(prompt: string, told: readonly Told[]): SignalName[] | undefined {
  const answers = told.map(({ model, reply }, step): StepAnswer => ({ model, reply, step }));
  const { signs } = signsOf({
    request: asked,
    features: requestFeatures({ work: { prompt } }),
    answers,
    threshold: 0,
  });
  if (signs.some((sign) => 'veto' in sign)) return undefined;
  const names = signs.flatMap((sign) => ('worth' in sign ? [sign.worth] : []));
  const last = told.at(-1)?.reply;
  // Requested in the prompt here; the form is the same as one requested by a schema.
  return last && answerOf(last, { ...asked, output: { type: 'json' } }) !== undefined
    ? [...names, 'valid']
    : names;
}

const asked: ModelRequest = { model: 'cascade', messages: [], stream: false };

/** Models that several providers offer with the same weights. */
const sellers = /405B|@/i;

/** Returns the model of a name; several providers of one model share one id. */
export function modelNamed(name: string): Model {
  const id = name
    .toLowerCase()
    .replace(/@.*$|-turbo|-fp8/g, '')
    .replace(/-inst(?:ruct)?$/, '')
    .replace(/^meta-/, '');
  const family = familyOf(name);
  return { id, provider: '', name, family, capabilities: {}, strengths: [], weaknesses: [], local: false };
}

/** Returns a complete reply with this text. */
export function replyOf(text: string): CollectedReply {
  return { blocks: [{ type: 'text', text, citations: [] }], finish: { reason: 'stop' }, warnings: [] };
}

function nth<T>(list: readonly T[], at: number): T | undefined {
  return list[at % Math.max(1, list.length)];
}
