import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DialectId } from '../../src/core/wire/content.ts';
import { dialectIds } from '../../src/core/wire/content.ts';
import { recordingCorrections } from '../support/recording-corrections.ts';
import { aspects, type Hearing } from './hearing.ts';
import type { OfficialClient } from './official-client.ts';

/** One recording, read by one client. */
export type Row = {
  readonly client: OfficialClient;
  readonly source: string;
  readonly dialect: DialectId;
  readonly hearing: Hearing;
};

/** A stream that a client read the same when each byte arrived separately. */
export type TornRow = { readonly client: OfficialClient; readonly id: string };

/** docs/clients.md: how many recordings each client read correctly, by provider dialect and aspect. */
export function clientsPage(
  clients: readonly OfficialClient[],
  rows: readonly Row[],
  torn: readonly TornRow[],
): string {
  const counted = (matches: (row: Row) => boolean) => {
    const of = rows.filter(matches);
    return of.length === 0 ? '' : `${of.filter(({ hearing }) => !hearing.lost).length}/${of.length}`;
  };
  const streams = new Set(torn.map(({ id }) => id)).size;
  const tornBy = (client: OfficialClient) => torn.filter((row) => row.client === client).length;
  const asDirect = (client: OfficialClient) =>
    rows.filter((row) => row.client === client && row.hearing.asDirect).length;
  const byDialect = clients.map((client) => [
    client.name,
    versionOf(client.package),
    ...dialectIds.map((dialect) => counted((row) => row.client === client && row.dialect === dialect)),
    counted((row) => row.client === client),
    String(asDirect(client)),
    `${tornBy(client)}/${streams}`,
  ]);
  const byAspect = clients.map((client) => [
    client.name,
    ...aspects.map((aspect) =>
      counted((row) => row.client === client && row.hearing.aspects.includes(aspect)),
    ),
  ]);
  const samples = new Set(rows.map(({ hearing }) => hearing.id)).size;
  return `${[
    '# Official clients on recorded replies',
    '',
    'Each client runs unmodified, with only its base URL and key changed, through a real gateway onto a server that replays',
    `${samples} provider replies byte for byte, whole and streamed: recorded ones, and our own samples in \`fixtures/\`. Counted is`,
    'how many a program hears as they mean: text, tool calls, finish, usage, and all else that its client has a member for.',
    'Where client and provider speak one dialect, a reply that the client itself refuses or reads in its own way also',
    'counts if it does exactly the same without a gateway between; how many these are stands behind the sum.',
    `Of ${Object.keys(recordingCorrections).length} recordings the bytes say something else than their own summary: \`test/support/recording-corrections.ts\` has the reasons.`,
    '',
    'The same test checks that each failed reply becomes an error of the class and status that the client documents, and that',
    'an abort reaches the provider, for every client in front of every dialect: before its first word, in the middle of its',
    'words, and while a whole answer is awaited. "In single bytes" counts the streams that are',
    'heard the same when each byte comes in a write of its own: all bytes of a short stream; of a longer one those of its',
    'first and last 256, and of 256 between that lie elsewhere for every client.',
    '',
    'Written by `CONCLAVE_WRITE_DOCS=1 node --test test/wire/client-recordings.test.ts`; the same test fails when it is stale.',
    '',
    '## By what the provider speaks',
    '',
    ...table(
      ['client', 'version', ...dialectIds, 'all', 'of these as without a gateway', 'in single bytes'],
      byDialect,
    ),
    '',
    '## By what there is to lose',
    '',
    'An empty cell: the client has no member for it.',
    '',
    ...table(['client', ...aspects], byAspect),
  ].join('\n')}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)];
}

function versionOf(name: string): string {
  const path = join(import.meta.dirname, '../../node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version; // npm's own form
}
