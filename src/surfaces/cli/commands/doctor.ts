import { Command } from 'commander';
import pc from 'picocolors';
import { maxOf } from '../../../core/lists/extremes.ts';
import type { Check } from '../../../diagnosis/check.ts';
import { jsonOption, printReport } from '../output/report.ts';

const marks = { ok: pc.green('ok  '), note: pc.dim('note'), failed: pc.red('FAIL') } as const;

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'check Node, config, keys, local servers, memory, database and port; suggest the next command',
    )
    .option('--config <file>', 'configuration')
    .option('--simulate', 'check as if started with --simulate')
    .addOption(jsonOption())
    .action(async (options: { config?: string; simulate?: boolean; json?: boolean }) => {
      const { diagnose } = await import('../../../app.ts');
      const { checks, next } = await diagnose({
        env: process.env,
        cwd: process.cwd(),
        ...(options.simulate !== undefined && { simulate: options.simulate }),
        ...(options.config !== undefined && { configPath: options.config }),
      });
      printReport(options, { data: { checks, next }, text: diagnosisText(checks, next) });
      if (checks.some(({ state }) => state === 'failed')) process.exitCode = 1;
    });
}

function diagnosisText(checks: readonly Check[], next: string): string {
  const width = maxOf(checks.map(({ name }) => name.length));
  const lines = checks.map(({ name, state, found, remedy }) => {
    const line = `${marks[state]} ${name.padEnd(width)}  ${found}`;
    return remedy === undefined ? line : `${line}\n     ${' '.repeat(width)}  → ${remedy}`;
  });
  return `${lines.join('\n')}\n\nnext: ${next}`;
}
