import type { Message } from '../../core/content.ts';
import type { OutputFormat } from '../../core/request.ts';
import type { TaskType } from '../../core/task.ts';
import type { NamedText } from '../../files/pack.ts';
import { stanceOrders } from '../../prompts/stances.ts';
import type { ToolPrompt } from '../../prompts/tool-prompt.ts';
import type { Material } from '../../prompts/untrusted.ts';
import { openThread, placeInThread } from '../asking/ask-in-thread.ts';
import type { ExpertQuestion } from '../asking/ask-expert.ts';
import { gatherMaterial, windowFor, type Gathered } from '../asking/gather-material.ts';
import { ceilingPerCall } from '../panels/reserve-once.ts';
import type { AskInput } from '../offer/shared-fields.ts';
import type { ToolContext } from '../offer/tool.ts';
import type { Conversation } from '../../threads/conversation.ts';
import { seatName, type Panel, type Panelist } from './panel.ts';

/** One question before one panel: everything that is the same for all its calls. */
export type PanelSession = {
  readonly panel: Panel;
  readonly conversation: Conversation;
  readonly gathered: Gathered;
  readonly before: readonly Message[];
  readonly ask: AskInput;
  readonly warnings: readonly string[];
};

/** A seat with the names that results and progress go by. */
export type Seat = { readonly name: string; readonly model: string; readonly panelist: Panelist };

/** Reads what the panel is to see, once for all, within the narrowest window among them. */
export async function openSession(
  context: ToolContext,
  {
    panel,
    question,
    files,
    images,
    notes,
    ask,
  }: {
    readonly panel: Panel;
    readonly question: string;
    readonly files: readonly string[];
    readonly images: readonly string[];
    readonly notes: readonly NamedText[];
    readonly ask: AskInput;
  },
): Promise<PanelSession> {
  const conversation = await openThread(context, ask.continuation_id);
  const window = (id: string) => windowFor(id, context.catalogue);
  const [narrowest = 'auto'] = panel.seats
    .map(({ model }) => model.id)
    .toSorted((a, b) => window(a) - window(b));
  const gathered = await gatherMaterial({ question, files, images, notes, model: narrowest }, context);
  const placed = placeInThread(context, conversation, { gathered, model: narrowest });
  return {
    panel,
    conversation,
    gathered: placed.gathered,
    before: placed.before,
    ask,
    warnings: [...panel.notes, ...gathered.warnings, ...placed.warnings],
  };
}

export function seatsOf({ panel }: PanelSession): Seat[] {
  return panel.seats.map((panelist) => ({ name: seatName(panelist), model: panelist.model.id, panelist }));
}

/** How often the panel and whoever sums up are asked in all: each has its share of the ceiling. */
export type Shared = { readonly calls: number };

/** The question as one seat is asked it. */
export function seatQuestion(
  session: PanelSession,
  { model, panelist }: Seat,
  { prompt, orders = [], material, output }: SeatOrder,
  { calls }: Shared,
): ExpertQuestion {
  const { gathered } = session;
  const question = [gathered.question, ...orders, stanceOf(panelist)].filter((line) => line !== '');
  return {
    ...common(session, calls),
    prompt,
    model,
    before: session.before,
    gathered: {
      ...gathered,
      question: question.join('\n\n'),
      material: [...gathered.material, ...(material ?? [])],
    },
    output,
  };
}

export type SeatOrder = {
  readonly prompt: ToolPrompt;
  readonly orders?: readonly string[];
  readonly material?: readonly Material[];
  readonly output: OutputFormat;
};

/** A question to the model that sums up. It is shown the panel's question and what they said, not the files again. */
export function chairQuestion(
  session: PanelSession,
  {
    prompt,
    question,
    material,
    output,
    task = 'summarisation',
  }: {
    readonly prompt: ToolPrompt;
    readonly question: string;
    readonly material: readonly Material[];
    readonly output?: OutputFormat;
    readonly task?: TaskType;
  },
  { calls }: Shared,
): ExpertQuestion {
  return {
    ...common(session, calls),
    task,
    prompt,
    model: session.panel.synthesiser.id,
    gathered: { question, material, nonce: session.gathered.nonce },
    ...(output && { output }),
  };
}

function common({ ask }: PanelSession, calls: number) {
  return {
    tool: 'consensus',
    task: 'architecture' as TaskType,
    tier: 'workhorse' as const,
    thinking: ask.thinking,
    maxCostUsd: ceilingPerCall(ask.max_cost_usd, calls),
    maxLatencyMs: ask.max_latency_ms,
  };
}

function stanceOf({ stance, stancePrompt }: Panelist): string {
  if (stancePrompt !== undefined) return stancePrompt;
  return stance === 'neutral' ? '' : stanceOrders[stance];
}
