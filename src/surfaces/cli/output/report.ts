import { Option } from 'commander';
import type { App } from '../../../app.ts';
import { withApp } from '../input/app-options.ts';

/** What a command found out: data for programs and text for people. */
export type Report = { readonly data: unknown; readonly text: string };

type JsonOption = { readonly json?: boolean };

/** The option with which a command prints data instead of text. */
export function jsonOption(): Option {
  return new Option('--json', 'print one JSON object');
}

/** Runs a command that only reports: builds its app, closes it and prints the report. */
export async function report(
  options: Parameters<typeof withApp>[0] & JsonOption,
  run: (app: App) => Promise<Report>,
): Promise<void> {
  await withApp(options, async (app) => printReport(options, await run(app)));
}

/** Prints the data as one JSON object if `--json` was given, otherwise the text. */
export function printReport({ json }: JsonOption, { data, text }: Report): void {
  process.stdout.write(`${json ? JSON.stringify(data) : text}\n`);
}
