import type { SplitRow } from './split-rows.ts';
import type { RawResult } from './raw-row.ts';

/**
 * Returns a row as one line of JSON, formatted exactly as Python's `json.dumps(row, ensure_ascii=False,
 * separators=(',', ':'))` does, because the published hashes are of files written that way.
 */
export function writeRow({ id, row }: SplitRow): string {
  const models = [...row.models].map(([model, result]) => `${JSON.stringify(model)}:${writeResult(result)}`);
  return object({
    id: JSON.stringify(id),
    prompt: JSON.stringify(row.prompt),
    category: JSON.stringify(row.category),
    src: row.source === undefined ? undefined : JSON.stringify(row.source),
    gold: row.gold === undefined ? undefined : JSON.stringify(row.gold),
    models: `{${models.join(',')}}`,
  });
}

function writeResult(result: RawResult): string {
  const { correct, score, outChars, cost, text } = result;
  return object({
    correct: correct === undefined ? undefined : String(correct),
    score: score === undefined ? undefined : pythonFloat(score),
    // A reply without an answer is written as null; a source without answers has no field.
    answer: 'answer' in result ? JSON.stringify(result.answer ?? null) : undefined,
    out_chars: outChars === undefined ? undefined : String(outChars),
    cost: cost === undefined ? undefined : pythonFloat(cost),
    text: text === undefined ? undefined : JSON.stringify(text),
  });
}

function object(members: Readonly<Record<string, string | undefined>>): string {
  const written = Object.entries(members).filter(([, value]) => value !== undefined);
  return `{${written.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
}

/** Writes the shortest digits that parse to the same number, as in JavaScript, with Python's points and exponents. */
export function pythonFloat(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 16) {
    const plain = String(value);
    return plain.includes('.') ? plain : `${plain}.0`;
  }
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
