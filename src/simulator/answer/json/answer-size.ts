import { refuse } from '../../problem.ts';

const mostValues = 10_000;
const mostCharacters = 100_000;
/** Far more than a schema that ends, and far less than the stack holds. */
const mostLevels = 200;

/** Counts the values of an answer: a short schema can ask for more than fits into memory. */
export type AnswerSize = { values: number };

export function emptyAnswer(): AnswerSize {
  return { values: 0 };
}

/** @throws Refused if the answer becomes too large. */
export function addValues(size: AnswerSize, values: number): void {
  size.values += values;
  if (size.values > mostValues) refuseSize(`more than ${mostValues} values`);
}

/** @throws Refused if the values are nested too deeply, as in a schema that has no finite value. */
export function checkDepth(depth: number): void {
  if (depth > mostLevels) refuseSize(`more than ${mostLevels} levels`);
}

/** @throws Refused if a text would be too long. */
export function checkTextLength(characters: number): void {
  if (characters > mostCharacters) refuseSize(`a text of more than ${mostCharacters} characters`);
}

function refuseSize(what: string): never {
  return refuse(`Invalid schema: the answer would have ${what}.`);
}
