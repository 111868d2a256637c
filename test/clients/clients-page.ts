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
    'Each client runs unmodified, with only its base URL and key changed, against a real gateway. Behind the gateway, a server replays',
    `${samples} provider replies byte for byte, whole and streamed: recorded replies, and our own samples in \`fixtures/\`. The tables count`,
    'the replies that a program receives with their full meaning: text, tool calls, finish reason, usage, and everything else for',
    'which the client has a field. If client and provider use the same dialect, a reply that the client itself refuses or interprets',
    'also counts if the client does exactly the same without a gateway; the column after the total shows how many these are.',
    `In ${Object.keys(recordingCorrections).length} recordings the bytes differ from the recording's own summary: \`test/support/recording-corrections.ts\` has the reasons.`,
    '',
    'The same test checks that each failed reply becomes an error of the class and status that the client documents. It also checks',
    'that an abort reaches the provider, for every client with every dialect: before the first content, in the middle of the content,',
    'and while a whole reply is awaited. "In single bytes" counts the streams that are read the same if each byte is written',
    'separately: every byte of a short stream; the first 256, the last 256 and 256 other bytes of a longer one, at other positions for each client.',
    '',
    'To update this page, run `CONCLAVE_WRITE_DOCS=1 node --test test/wire/client-recordings.test.ts`. The same test fails if it is stale.',
    '',
    '## By the dialect of the provider',
    '',
    ...table(
      ['client', 'version', ...dialectIds, 'all', 'same as without a gateway', 'in single bytes'],
      byDialect,
    ),
    '',
    '## By kind of content',
    '',
    'An empty cell means that the client has no field for it.',
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
