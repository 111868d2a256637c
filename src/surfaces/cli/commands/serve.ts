import { Command } from 'commander';
import cluster from 'node:cluster';
import type { AppOptions, LiveApp } from '../../../app.ts';
import { ConclaveError } from '../../../core/errors.ts';
import {
  withAppOptions,
  withLiveApp,
  withLogLevel,
  type LogLevelOption,
  type SharedOptions,
} from '../input/app-options.ts';
import { collectNearLimit } from '../process/collect-near-limit.ts';
import { inlineMore } from '../process/inline-more.ts';
import { keepCompiledCode } from '../process/keep-compiled-code.ts';
import { greeting } from '../output/greeting.ts';
import type { ListenAddress } from '../workers/messages.ts';
import { untilStopped } from '../process/until-stopped.ts';

type ServeOptions = SharedOptions &
  LogLevelOption & {
    readonly host?: string;
    readonly port?: string;
    readonly record?: string;
    readonly workers?: string;
  };

export function serveCommand(): Command {
  return withServerOptions(withAppOptions(new Command('serve')))
    .description('serve the gateway: OpenAI- and Anthropic-compatible, with keys, budgets and the ledger')
    .option('--workers <count>', 'number of processes that share the port and the ledger (default: 1)')
    .option('--record <dir>', 'record provider replies in this folder, without keys')
    .action((options: ServeOptions) => serve(options));
}

export function recordCommand(): Command {
  return withServerOptions(withAppOptions(new Command('record')))
    .description('serve, and record every provider reply in a folder for --replay, without keys')
    .argument('<dir>', 'folder for the recordings')
    .action((record: string, options: ServeOptions) => serve({ ...options, record }));
}

function withServerOptions(command: Command): Command {
  return withLogLevel(command)
    .option('--host <host>', 'address to listen on (default: server.host, 127.0.0.1)')
    .option('--port <port>', 'port; 0 picks a free one (default: server.port, 4141)');
}

async function serve(options: ServeOptions): Promise<void> {
  const count = workersFrom(options.workers);
  if (cluster.isWorker) return serveAsWorker(options, count);
  if (count > 1) return serveInWorkers(options, count);
  await serveUntil(options, async (live, greeting) => {
    process.stdout.write(greeting);
    await untilStopped();
    live.current.log.info({}, 'stopping: open streams may finish');
  });
}

/** Serves in worker processes that this process supervises. */
async function serveInWorkers({ logLevel = 'info' }: ServeOptions, count: number): Promise<void> {
  const { openLog, startSimulator } = await import('../../../app.ts');
  const { runWorkers } = await import('../workers/run-workers.ts');
  const log = await openLog('json', logLevel);
  process.exitCode = await runWorkers({ count, log, startSimulator });
}

async function serveAsWorker(options: ServeOptions, processes: number): Promise<void> {
  const { openWorkerLink } = await import('../workers/worker-link.ts');
  const link = openWorkerLink(processes);
  const { allMetrics, allDeployments, simulator, limitExchange, sharedConfig } = link;
  try {
    await serveUntil(
      {
        ...options,
        ...link.address,
        processes,
        allMetrics,
        allDeployments,
        simulator,
        limitExchange,
        sharedConfig,
      },
      async (live, greeting, address) => {
        link.onReport(async (kind) => {
          const { metrics, deployments } = live.current.server;
          return kind === 'metrics'
            ? { kind, families: await metrics.collect() }
            : { kind, standing: await deployments.own() };
        });
        link.ready(greeting, address);
        await link.untilStopped();
      },
    );
  } finally {
    link.close();
  }
}

/** Serves until `standing` resolves; `standing` is called once everything is up. */
async function serveUntil(
  options: ServeOptions &
    Pick<
      AppOptions,
      'processes' | 'allMetrics' | 'allDeployments' | 'simulator' | 'limitExchange' | 'sharedConfig'
    >,
  standing: (live: LiveApp, greeting: string, address: ListenAddress) => Promise<void>,
): Promise<void> {
  await withLiveApp({ ...options, logFormat: 'json' }, async (live) => {
    const { startGateway } = await import('../../http/gateway.ts');
    const app = live.current;
    const { host, port } = app.config.server;
    const address = { host: options.host ?? host, port: options.port ?? String(port) };
    const gateway = await startGateway(live, { ...address, port: portFrom(address.port) });
    keepCompiledCode();
    inlineMore();
    const stopSaving = collectNearLimit(app.config.server.memoryMb * 2 ** 20, () => gateway.open);
    live.tend();
    process.on('SIGHUP', () => void live.reload());
    await standing(live, await greeting(app, gateway.url), address);
    await gateway.close();
    stopSaving();
  });
}

const maxWorkers = 256;

function workersFrom(text = '1'): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= maxWorkers) return count;
  throw new ConclaveError('invalid_request', `--workers ${text}: must be a number from 1 to ${maxWorkers}.`);
}

function portFrom(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text.trim() !== '') return port;
  throw new ConclaveError('invalid_request', `--port ${text}: must be a port from 0 to 65535.`);
}
