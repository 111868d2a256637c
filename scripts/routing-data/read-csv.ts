/** Returns the records of a CSV file with quoted fields, by the column names of the first line. */
export function readCsv(text: string): Record<string, string>[] {
  const [names = [], ...records] = fieldsOf(text);
  return records.map((fields) => Object.fromEntries(names.map((name, at) => [name, fields[at] ?? ''])));
}

function fieldsOf(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  // A field is quoted, with quotes doubled inside, or runs to the next comma or line end.
  const field = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/gy;
  while (field.lastIndex < text.length) {
    const [, raw = '', end = ''] = field.exec(text) ?? [];
    record.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}
