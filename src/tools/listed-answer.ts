import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { findJson } from './findings/find-json.ts';

/** A list that a tool answers with besides its text, such as `hotspots`. */
export type AnswerList<Name extends string = string, Item extends z.ZodObject = z.ZodObject> = {
  readonly name: Name;
  readonly item: Item;
};

/** What the model is asked for: a text and the list. */
export function answerSchema({ name, item }: AnswerList): JsonObject {
  const schema = z.toJSONSchema(z.object({ summary: z.string(), [name]: z.array(item) }));
  // Made of strings, numbers and plain objects by zod: JSON through and through.
  const { $schema: _draft, ...shape } = schema as JsonObject;
  return shape;
}

export type ListedAnswer = {
  readonly text: string;
  readonly items: readonly unknown[];
  readonly warnings: readonly string[];
};

/** The text and the items of an answer. One that is no data stays whole as text; items of a wrong shape are counted. */
export function readListedAnswer(answer: string, { name, item }: AnswerList): ListedAnswer {
  const found = findJson(answer, (value) => isJsonObject(value) && (name in value || 'summary' in value));
  if (!found || !isJsonObject(found.value)) {
    return { text: answer, items: [], warnings: [`The model answered in prose: ${name} is empty.`] };
  }
  const { summary, [name]: given } = found.value;
  const written = Array.isArray(given) ? given : [];
  const items = written.flatMap((one) => {
    const read = item.safeParse(one);
    return read.success ? [read.data] : [];
  });
  const lost = written.length - items.length;
  return {
    text: typeof summary === 'string' ? summary : '',
    items,
    warnings: lost > 0 ? [`${lost} of ${written.length} ${name} were unreadable and are left out.`] : [],
  };
}
