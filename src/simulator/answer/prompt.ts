import type { Asked, Piece } from '../asked.ts';
import type { Character } from '../character.ts';
import type { World } from '../compose.ts';

/** A request in the form in which answers are computed. */
export type Prompt = {
  readonly world: World;
  readonly character: Character;
  /** The name that the client sent. */
  readonly model: string;
  readonly asked: Asked;
  readonly instructions: string;
  /** The text of the last user turn that has any. */
  readonly question: string;
  /** All text of the user's turns, the question last. */
  readonly everything: string;
  /** Tool results since the assistant's last turn. */
  readonly results: readonly ToolResult[];
  readonly images: readonly string[];
  readonly documents: readonly string[];
};

type ToolResult = { readonly tool: string; readonly text: string; readonly failed: boolean };

export function promptOf(world: World, asked: Asked, character: Character): Prompt {
  const users = asked.turns.filter(({ role }) => role === 'user');
  const pieces = users.flatMap((turn) => turn.pieces);
  const spoken = users.map((turn) => textIn(turn.pieces)).filter((text) => text.trim() !== '');
  return {
    world,
    character,
    model: asked.model,
    asked,
    instructions: asked.turns
      .filter(({ role }) => role === 'system')
      .map((turn) => textIn(turn.pieces))
      .join('\n'),
    question: clipped(spoken.at(-1) ?? ''),
    everything: clipped(spoken.join('\n\n')),
    results: resultsOf(asked),
    images: pieces.flatMap((piece) => (piece.kind === 'image' ? [piece.mediaType] : [])),
    documents: pieces.flatMap((piece) => (piece.kind === 'document' ? [piece.name] : [])),
  };
}

/** Beginning and end of a very long text: enough for an answer, without reading a megabyte many times. */
function clipped(text: string): string {
  return text.length > 300_000 ? `${text.slice(0, 250_000)}\n${text.slice(-50_000)}` : text;
}

function textIn(pieces: readonly Piece[]): string {
  return pieces.flatMap((piece) => (piece.kind === 'text' ? [piece.text] : [])).join('\n');
}

/** Tool results after the assistant's last turn; some wire formats put each result in its own turn. */
function resultsOf({ turns }: Asked): ToolResult[] {
  const lastAssistant = turns.findLastIndex(({ role }) => role === 'assistant');
  const names = new Map(
    turns.flatMap(({ pieces }) =>
      pieces.flatMap((piece) => (piece.kind === 'tool-call' ? [[piece.id, piece.name] as const] : [])),
    ),
  );
  return turns
    .slice(lastAssistant + 1)
    .flatMap(({ pieces }) =>
      pieces.flatMap((piece) =>
        piece.kind === 'tool-result'
          ? [{ tool: names.get(piece.id) ?? 'the tool', text: piece.text, failed: piece.failed }]
          : [],
      ),
    );
}
