import { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import { findJson } from '../answer-json/find-json.ts';
import { shownFile } from '../findings/reading/shown-file.ts';

/** A list that a tool returns in addition to its text, such as `hotspots`. */
export type AnswerList<Name extends string = string, Item extends z.ZodObject = z.ZodObject> = {
  readonly name: Name;
  /** The item schema that the model is asked for. */
  readonly item: Item;
  /** The item schema that the tools list shows. Default: `item`. */
  readonly shown?: z.ZodObject;
  /**
   * Reads an item that models write in different ways; `undefined` if it cannot be read. Default: parses with `item`.
   */
  readonly read?: (written: JsonValue, source: AnswerSource) => unknown;
};

/** The source of an answer: the model, and the files it was given. */
export type AnswerSource = {
  readonly model: string;
  readonly files: readonly string[];
  /** The last line of each file. */
  readonly lastLines: ReadonlyMap<string, number>;
  /** True if the answer ended at its token limit. */
  readonly cut?: boolean;
};

/** Returns the JSON schema that the model is asked for: a text and the list. */
export function answerSchema({ name, item }: AnswerList): JsonObject {
  const schema = z.toJSONSchema(z.object({ summary: z.string(), [name]: z.array(item) }));
  // zod builds it from strings, numbers and plain objects only, so it is JSON.
  const { $schema: _draft, ...shape } = schema as JsonObject;
  return shape;
}

export type ListedAnswer = {
  readonly text: string;
  readonly items: readonly unknown[];
  readonly warnings: readonly string[];
};

/**
 * Reads the text and the items of an answer. An answer that is not JSON is kept whole as text; items of a wrong shape
 * are counted, and files that were not shown are named in a warning.
 */
export function readListedAnswer(answer: string, list: AnswerList, source: AnswerSource): ListedAnswer {
  const { name, item, read = (written: JsonValue) => item.safeParse(written).data } = list;
  const isList = (value: JsonValue) => isJsonObject(value) && (name in value || 'summary' in value);
  const hasItems = (value: JsonValue) => itemsIn(value, name).length > 0;
  const found = findJson(answer, isList, { isBeginning: hasItems });
  if (!found || !isJsonObject(found.value)) {
    return { text: answer, items: [], warnings: [`The model answered in prose: ${name} is empty.`] };
  }
  const { summary } = found.value;
  const written = itemsIn(found.value, name);
  const readable = written.flatMap((one) => read(one, source) ?? []);
  const placed = readable.map((one) => onShownLines(atShownFile(one, source.files), source.lastLines));
  const beyond = new Set(placed.flatMap((one) => one.beyond ?? []));
  const strangers = new Set(placed.flatMap(({ stranger }) => stranger ?? []));
  const lost = written.length - readable.length;
  const remade = found.repaired ? [repairWarning(name, source)] : [];
  return {
    text: typeof summary === 'string' ? summary : '',
    items: placed.map(({ placed: one }) => one),
    warnings: [
      ...remade,
      ...(lost > 0 ? [`${lost} of ${written.length} ${name} were unreadable and are left out.`] : []),
      ...(strangers.size > 0
        ? [`Some of these ${name} name files that were not shown: ${[...strangers].join(', ')}.`]
        : []),
      ...(beyond.size > 0
        ? [
            `Some of these ${name} name lines that their files do not have; they are applied to the whole file: ${[...beyond].join(', ')}.`,
          ]
        : []),
    ],
  };
}

type Placed = { readonly placed: unknown; readonly stranger?: string; readonly beyond?: string };

/** Drops line numbers that the item's file does not have. */
function onShownLines(found: Placed, lastLines: ReadonlyMap<string, number>): Placed {
  const item = found.placed;
  if (typeof item !== 'object' || item === null || !('file' in item) || !('startLine' in item)) return found;
  const file = String(item.file);
  const line = Number(item.startLine);
  if (line >= 1 && line <= (lastLines.get(file) ?? Infinity)) return found;
  const whole = Object.fromEntries(
    Object.entries(item).filter(([name]) => !/^(?:start|end)Line$/.test(name)),
  );
  return { ...found, placed: whole, beyond: `${file}:${line}` };
}

function repairWarning(name: string, { cut = false }: AnswerSource): string {
  return cut
    ? `The answer was cut in the middle of its JSON: the last of the ${name} may be incomplete, and later ones are missing.`
    : `The answer's JSON was broken and has been repaired: its ${name} may be incomplete.`;
}

/** Replaces the file name that the model wrote with the file's own name. */
function atShownFile(item: unknown, files: readonly string[]): Placed {
  if (typeof item !== 'object' || item === null || !('file' in item) || files.length === 0)
    return { placed: item };
  const named = String(item.file);
  const file = named === '' ? '' : shownFile(named, files);
  return file === undefined ? { placed: item, stranger: named } : { placed: { ...item, file } };
}

function itemsIn(answer: JsonValue, name: string): readonly JsonValue[] {
  const given = isJsonObject(answer) ? answer[name] : undefined;
  return Array.isArray(given) ? given : [];
}
