import { replyText } from '../../core/wire/collected-reply.ts';
import { isJsonObject } from '../../core/json/json.ts';
import answerPrompt from '../../prompts/tools/consensus-answer.ts';
import synthesisPrompt from '../../prompts/tools/consensus-synthesis.ts';
import type { Material } from '../../prompts/untrusted.ts';
import { askExpert, expertCall } from '../asking/ask-expert.ts';
import { askReadable, type ReadAnswer } from '../asking/ask-readable.ts';
import { findJson } from '../findings/find-json.ts';
import { reserveOnce } from '../panels/reserve-once.ts';
import { heardOf, runPanel } from '../panels/run-panel.ts';
import type { ToolContext } from '../offer/tool.ts';
import { joinClaims, joinQuestion } from './join-claims.ts';
import { replyOf, text, texts } from './json-schema.ts';
import type { ModeOutcome } from './mode-outcome.ts';
import { chairQuestion, seatQuestion, seatsOf, type PanelRun, type Seat } from './panel-run.ts';
import { weighClaims, type Agreement, type Claim } from './weigh-claims.ts';

/** The answer of one seat. */
export type SeatAnswer = {
  readonly who: string;
  readonly model: string;
  readonly text: string;
  readonly claims: readonly string[];
  readonly note?: string;
};

const reply = replyOf('answer', { answer: text, claims: texts, confidence: { type: 'number' } });

/** The longest answer of the panel that the synthesiser is planned to read, in tokens. */
export const longestAnswer = 12_000;

/** All seats answer independently; their claims are compared, and another model summarises. */
export async function answerMode(context: ToolContext, run: PanelRun): Promise<ModeOutcome> {
  const seats = seatsOf(run);
  const calls = { calls: seats.length + 2 };
  const furtherTokens = seats.length * longestAnswer;
  const asked = (seat: Seat) => seatQuestion(run, seat, { prompt: answerPrompt, output: reply }, calls);
  const expected = [
    ...seats.map((seat) => ({ question: expertCall(context, asked(seat)) })),
    { question: expertCall(context, joinQuestion(run, [], calls)), furtherTokens },
    { question: expertCall(context, synthesisQuestion(run, [], calls)), furtherTokens },
  ];
  return await reserveOnce(context, { tool: 'consensus', expected }, async (inner, requestId) => {
    const results = await runPanel(inner, {
      members: seats,
      work: (seat, own) => answerOf(own, seat, asked(seat)),
    });
    const answers = heardOf('consensus', results);
    const common = { results, requestId, answers };
    if (answers.length < 2) return { ...common, ...alone(answers) };
    const claims = claimsOf(answers);
    const { groups, notes } = await joinClaims(inner, run, claims, calls);
    const agreement = weighClaims(groups, answers.length);
    const material = [...answersShown(answers), agreementShown(agreement)];
    const summary = await summed(inner, run, { material, calls });
    return {
      ...common,
      text: summary ?? agreementText(agreement),
      agreement,
      warnings: [
        ...answers.flatMap(({ note }) => note ?? []),
        ...notes,
        ...(summary === undefined ? ['no model could write a summary; the claims are listed unchanged'] : []),
      ],
    };
  });
}

/** Reads one seat's answer. An answer that is not JSON is kept as text, without claims to compare. */
export async function answerOf(
  context: ToolContext,
  { name, model }: Seat,
  question: Parameters<typeof askReadable>[1],
): Promise<SeatAnswer> {
  const answer = await askReadable(context, question, readAnswer);
  if (answer.read.ok) return { who: name, model, ...answer.read.value };
  return {
    who: name,
    model,
    text: answer.text,
    claims: [],
    note: `${name} answered in prose twice, so its claims could not be compared`,
  };
}

function readAnswer(answer: string): ReadAnswer<Pick<SeatAnswer, 'text' | 'claims'>> {
  const found = findJson(answer, (value) => isJsonObject(value) && typeof value['answer'] === 'string');
  if (!found || !isJsonObject(found.value)) {
    return { ok: false, reason: 'It holds no JSON object with "answer" and "claims".' };
  }
  const { answer: said, claims } = found.value;
  return {
    ok: true,
    value: {
      text: String(said),
      claims: (Array.isArray(claims) ? claims : []).filter((claim) => typeof claim === 'string').slice(0, 12),
    },
  };
}

function claimsOf(answers: readonly SeatAnswer[]): Claim[] {
  const each = answers.flatMap(({ who, claims }) =>
    [...new Set(claims)].map((claim) => ({ speaker: who, text: claim })),
  );
  return each.map((claim, index) => Object.assign({ id: String(index + 1) }, claim));
}

/** With a single answer there is nothing to compare: it is returned with a warning. */
function alone([only]: readonly SeatAnswer[]) {
  return {
    text: only?.text ?? '',
    warnings: [...(only?.note ? [only.note] : []), 'only one model answered: nothing could be compared'],
  };
}

/** Answers as material for a judging model: text written by models is as untrusted as a file. */
export function answersShown(answers: readonly SeatAnswer[]): Material[] {
  return answers.map(({ who, text }) => ({ kind: 'answer', name: who, text }));
}

function synthesisQuestion(run: PanelRun, material: readonly Material[], calls: { readonly calls: number }) {
  const question = `Sum up what the panel said to this question:\n\n${run.gathered.question}`;
  return chairQuestion(run, { prompt: synthesisPrompt, question, material }, calls);
}

/** Returns the chair's summary, or `undefined` if the chair fails: the panel's answers are then used without it. */
export async function summed(
  context: ToolContext,
  run: PanelRun,
  { material, calls }: { readonly material: readonly Material[]; readonly calls: { readonly calls: number } },
): Promise<string | undefined> {
  try {
    const { reply } = await askExpert(context, synthesisQuestion(run, material, calls));
    return replyText(reply) || undefined;
  } catch {
    context.signal.throwIfAborted();
    return undefined;
  }
}

function agreementShown(agreement: Agreement): Material {
  return { kind: 'text', name: 'what they agree and disagree on', text: agreementText(agreement) };
}

/** The comparison as text. */
export function agreementText({ agreed, disputed, dissent, single, score }: Agreement): string {
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? '' : [title, ...lines.map((line) => `- ${line}`)].join('\n');
  return [
    `Agreement: ${Math.round(score * 100)} % of the claims.`,
    list(
      'Agreed:',
      agreed.map(({ claim, models }) => `${claim} (${models.join(', ')})`),
    ),
    list(
      'Disputed:',
      disputed.map(({ claim, sides, onFact }) => {
        const told = sides.map(
          ({ position, models, wording }) => `${models.join(', ')} ${position}: ${wording}`,
        );
        return `${onFact ? '[a fact: look it up] ' : ''}${claim}: ${told.join(' / ')}`;
      }),
    ),
    list(
      'Dissent:',
      dissent.map(({ model, claim }) => `${model}: ${claim}`),
    ),
    list(
      'Said by one:',
      single.map(({ claim, models }) => `${claim} (${models.join(', ')})`),
    ),
  ]
    .filter((section) => section !== '')
    .join('\n\n');
}
