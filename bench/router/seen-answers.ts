import { answerOf } from '../../src/acceptance/answer-of.ts';
import { signsOf } from '../../src/acceptance/weigh-answers.ts';
import type { StepAnswer } from '../../src/core/routing/acceptance.ts';
import type { CollectedReply } from '../../src/core/wire/collected-reply.ts';
import type { Model } from '../../src/core/model.ts';
import type { RequestFeatures } from '../../src/core/routing/plan.ts';
import type { ModelRequest } from '../../src/core/wire/request.ts';
import {
  type SignalName,
  signalNames,
  type SignalOdds,
} from '../../src/learning/acceptance/acceptance-weights.ts';
import { familyOf } from './agreement.ts';
import { questionOf } from './folds.ts';
import type { RoutingRow } from './read-rows.ts';

/** A real answer as a cascade sees it: what its model's answers usually are, which signs it shows, and the truth. */
export type SeenAnswer = {
  readonly set: string;
  /** The question it answers: answers to one question are no news of each other. */
  readonly question: string;
  /** Which answer it is: the same one is seen in several situations. */
  readonly answer: string;
  /** How often this model is right on this set: what a router knows that has seen it at such work. */
  readonly prior: number;
  readonly signs: readonly SignalName[];
  readonly right: number;
};

/** The sets of which whole answers of some models are known. */
export const setsWithTexts = ['zeroeval_gsm', 'zeroeval_crux', 'zeroeval_mathl5'] as const;

/**
 * What a cascade would have seen of every answer whose text is known: each alone, and each behind one of another family,
 * one of its own, and one of the same model from another seller. A sign that ends the matter (a refusal) leaves nothing to weigh.
 */
export function seenAnswers(rows: readonly RoutingRow[], priors: ReadonlyMap<string, number>): SeenAnswer[] {
  const models = new Map(namesIn(rows).map((name) => [name, modelNamed(name)]));
  return rows.flatMap((row, at) => {
    const answers = [...models].flatMap(([name, model]): Told[] => {
      const { text, answer, score = 0 } = row.results.get(name) ?? {};
      // Of some models the data have the final answer alone: enough to agree with.
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

/** How many answers to how many questions, in how many situations. */
export function countedAnswers(seen: readonly SeenAnswer[]): string {
  const answers = new Set(seen.map(({ answer }) => answer)).size;
  const questions = new Set(seen.map(({ question }) => question)).size;
  return `${answers} real answers to ${questions} questions, seen in ${seen.length} situations (alone and behind another one)`;
}

/** How often each sign was seen: another count is another reading of the same answers. */
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

/** The chance that the signs give, before it is set right. */
export function rawChance({ prior, signs }: SeenAnswer, odds: SignalOdds): number {
  const sum = signs.reduce((total, name) => total + odds[name], Math.log(prior / (1 - prior)));
  return 1 / (1 + Math.exp(-sum));
}

/** How often each model is right where it was asked, as a router that began with nothing would put it. */
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
  const { signs } = signsOf({ request: asked, features: { ...ordinary, prompt }, answers, threshold: 0 });
  if (signs.some((sign) => 'veto' in sign)) return undefined;
  const names = signs.flatMap((sign) => ('worth' in sign ? [sign.worth] : []));
  const last = told.at(-1)?.reply;
  // Asked for in words here, which is the same form as one that a schema asks for.
  return last && answerOf(last, { ...asked, output: { type: 'json' } }) !== undefined
    ? [...names, 'valid']
    : names;
}

const asked: ModelRequest = { model: 'cascade', messages: [], stream: false };

/** What is known of a prompt before anything is. */
export const ordinary: RequestFeatures = {
  requestedModel: 'cascade',
  localOnly: false,
  needs: [],
  inputTokens: 0,
  inputTokensUpperBound: 0,
  outputTokens: 0,
  outputTokensUpperBound: 0,
  stream: false,
  tags: [],
  at: 0,
};

/** The same weights at several sellers. */
const sellers = /405B|@/i;

/** Several sellers of one model have one id. */
export function modelNamed(name: string): Model {
  const id = name
    .toLowerCase()
    .replace(/@.*$|-turbo|-fp8/g, '')
    .replace(/-inst(?:ruct)?$/, '')
    .replace(/^meta-/, '');
  const family = familyOf(name);
  return { id, provider: '', name, family, capabilities: {}, strengths: [], weaknesses: [], local: false };
}

/** A whole answer of this text. */
export function replyOf(text: string): CollectedReply {
  return { blocks: [{ type: 'text', text, citations: [] }], finish: { reason: 'stop' }, warnings: [] };
}

function nth<T>(list: readonly T[], at: number): T | undefined {
  return list[at % Math.max(1, list.length)];
}
