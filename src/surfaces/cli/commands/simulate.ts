import { Command } from 'commander';
import { ConclaveError } from '../../../core/errors.ts';
import { untilStopped } from '../process/until-stopped.ts';

type SimulateOptions = {
  readonly port: string;
  readonly seed: string;
  readonly correlation: string;
  readonly fast?: boolean;
};

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('serve simulated providers: every family, faults by model name, their own bill')
    .option('--port <port>', 'port on 127.0.0.1; 0 picks a free one', '4142')
    .option('--seed <n>', 'seed of the answers', '1')
    .option('--correlation <rho>', "correlation of the models' errors, 0 to 1", '0.3')
    .option('--fast', 'answer at once instead of at a realistic pace')
    .action(async ({ port, seed, correlation, fast }: SimulateOptions) => {
      const { startSimulator } = await import('../../../app.ts');
      const simulator = await startSimulator({
        port: numberFrom('--port', port, 65_535),
        seed: numberFrom('--seed', seed, Number.MAX_SAFE_INTEGER),
        correlation: numberFrom('--correlation', correlation, 1),
        latency: fast ? 'none' : 'plausible',
      });
      process.stdout.write(`simulated providers on ${simulator.url}\nbill: ${simulator.url}/__bill\n`);
      await untilStopped();
      await simulator.close();
    });
}

function numberFrom(option: string, text: string, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= most) return value;
  throw new ConclaveError('invalid_request', `${option} ${text}: must be a number from 0 to ${most}.`);
}
