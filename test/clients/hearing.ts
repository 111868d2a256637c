import { isDeepStrictEqual } from 'node:util';
import type { Expectation, RecordedReply } from '../support/recorded-replies.ts';
import {
  anyObject,
  type Gateway,
  type Heard,
  type OfficialClient,
  type Question,
} from './official-client.ts';

/** How a client's hearing of one recording went. */
export type Hearing = {
  readonly id: string;
  readonly aspects: readonly Aspect[];
  readonly heard: Outcome;
  /** Not all that it means, but all that this client hears of it without a gateway between. */
  readonly asDirect?: true;
  /** Absent: all of it arrived. */
  readonly lost?: object;
};

/** What there is to lose. */
export const aspects = [
  'text',
  'tools',
  'structured output',
  'reasoning',
  'citations',
  'images',
  'usage',
] as const;
export type Aspect = (typeof aspects)[number];

/** One recording through one client: what a program made of it against what it means. */
export async function hear(
  client: OfficialClient,
  reply: RecordedReply,
  places: { readonly gateway: Gateway; readonly model: string; readonly provider: Gateway | undefined },
): Promise<Hearing> {
  const question = questionFor(reply, places.model);
  const heard = await outcomeOf(client, places.gateway, question);
  const found = { id: reply.id, aspects: aspectsOf(client, reply), heard };
  const wanted = wantedOf(client, reply);
  const arrived = 'thrown' in heard ? heard : outlined(client, heard);
  if (isDeepStrictEqual(arrived, wanted)) return found;
  if ('thrown' in heard && reply.expect?.error !== undefined) return found;
  // A relay owes what the client would have heard without a gateway between.
  const direct =
    places.provider && (await outcomeOf(client, places.provider, { ...question, model: reply.id }));
  if (direct && isDeepStrictEqual(withoutPlace(heard), withoutPlace(direct)))
    return { ...found, asDirect: true };
  return { ...found, lost: { heard: arrived, wanted, ...(direct && { direct }) } };
}

/** What a program is told, or the client's own complaint: a stream broke off, or it does not take the answer. */
export type Outcome = Heard | { readonly thrown: string };

/** Asks as a program does. */
export async function outcomeOf(client: OfficialClient, at: Gateway, question: Question): Promise<Outcome> {
  try {
    return await client.ask(at, question);
  } catch (error) {
    return { thrown: String(error) };
  }
}

/** A complaint may hold ids of the gateway's own. */
export function withoutPlace(outcome: Outcome): Outcome {
  if (!('thrown' in outcome)) return outcome;
  const [first = ''] = outcome.thrown.split('\n');
  return { thrown: first.replaceAll(/\b(?:req|resp|msg|chatcmpl)[-_]\w+/g, 'id') };
}

/** What the program asks for must fit what it will be told: its tools, or a schema. */
export function questionFor({ streaming, expect, features }: RecordedReply, model: string): Question {
  const tools = [...new Set(expect?.toolCalls?.map(({ name }) => name))];
  return {
    model,
    stream: streaming,
    ...(tools.length > 0 && { tools }),
    ...(features.includes('structured') && { schema: anyObject }),
  };
}

/** What a seller's own habits say beyond the recordings' common reading of its dialect. */
const sellersOwn: Readonly<Record<string, Partial<Expectation>>> = {
  // Moonshot's `usage.cached_tokens`.
  'moonshot.moonshotai-reasoning.j': {
    usage: { input: 20, output: 30, cacheRead: 10, cacheWrite: 0, reasoning: 22 },
  },
};

/** Recordings of a commentary with an answer behind it. */
const commented: ReadonlySet<string> = new Set(['openai.openai-phase-1.j', 'openai.openai-phase-1.s']);

function wantedOf(client: OfficialClient, reply: RecordedReply): object | undefined {
  if (!reply.expect) return undefined;
  const expect = { ...reply.expect, ...sellersOwn[reply.id] };
  const told = client.tellsRefusals && expect.refusal !== '';
  // Conclave puts a break between a commentary and the answer, which a relayed reply lacks.
  const isBroken = commented.has(reply.id) && client.dialect !== 'openai-responses';
  const text = isBroken ? expect.text.replace('links.Here', 'links.\n\nHere') : expect.text;
  return outlined(client, {
    ...expect,
    text: told ? text + expect.refusal : text,
    finish: told ? 'content_filter' : expect.finish,
    usage: expect.usage && {
      ...expect.usage,
      // A seller may count more reasoning than it bills as completion; ours never exceeds the bill.
      reasoning: Math.min(expect.usage.reasoning, expect.usage.output),
    },
  });
}

/** What of an answer this client can show. */
function outlined({ blanks, dialect, leavesOutZeros }: OfficialClient, heard: Heard): object {
  const { text, reasoning, toolCalls, finish, usage, refusal, citations, imagesOut } = heard;
  const zeros = dialect === 'anthropic-messages' || leavesOutZeros;
  const counts = usage ?? (zeros ? noTokens : null);
  return {
    // Anthropic's messages cannot hold an image of the model's, and say so in its place.
    text: text.replace(/\[The model answered with an image[^\]]*\]/, ''),
    reasoning,
    toolCalls,
    // Anthropic's clients have no word for an end that nobody explains.
    finish: finish === 'other' ? 'stop' : finish,
    usage: counts && { ...counts, cacheWrite: blanks.includes('cacheWrite') ? 0 : counts.cacheWrite },
    ...(!blanks.includes('refusal') && { refusal }),
    ...(!blanks.includes('citations') && { citations }),
    ...(!blanks.includes('imagesOut') && { imagesOut }),
  };
}

/** Anthropic's messages have no way to say that usage is unknown. */
const noTokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 };

function aspectsOf({ blanks }: OfficialClient, { expect, features }: RecordedReply): Aspect[] {
  if (!expect) return [];
  const present: Record<Aspect, boolean> = {
    text: expect.text !== '',
    tools: expect.toolCalls?.length > 0,
    'structured output': features.includes('structured') && expect.text !== '',
    reasoning: expect.reasoning !== '',
    citations: expect.citations > 0 && !blanks.includes('citations'),
    images: expect.imagesOut > 0 && !blanks.includes('imagesOut'),
    usage: expect.usage !== null,
  };
  return aspects.filter((aspect) => present[aspect]);
}
