import { Command } from 'commander';
import pc from 'picocolors';
import type { App } from '../../../app.ts';
import { ConclaveError } from '../../../core/errors.ts';
import {
  withAppOptions,
  withLiveApp,
  withLogLevel,
  type LogLevelOption,
  type SharedOptions,
} from '../app-options.ts';
import { saveMemoryNear } from '../save-memory.ts';
import { untilStopped } from '../until-stopped.ts';

type ServeOptions = SharedOptions &
  LogLevelOption & {
    readonly host?: string;
    readonly port?: string;
    readonly record?: string;
  };

export function serveCommand(): Command {
  return withServerOptions(withAppOptions(new Command('serve')))
    .description('serve the gateway: OpenAI- and Anthropic-compatible, with keys, budgets and the ledger')
    .option('--record <dir>', "keep the providers' replies in this folder, keys removed")
    .action((options: ServeOptions) => serve(options));
}

export function recordCommand(): Command {
  return withServerOptions(withAppOptions(new Command('record')))
    .description('serve, and keep every provider reply in a folder for --replay; keys are removed')
    .argument('<dir>', 'where the recordings go')
    .action((record: string, options: ServeOptions) => serve({ ...options, record }));
}

function withServerOptions(command: Command): Command {
  return withLogLevel(command)
    .option('--host <host>', 'address to listen on (default: server.host, 127.0.0.1)')
    .option('--port <port>', 'port; 0 takes a free one (default: server.port, 4141)');
}

async function serve(options: ServeOptions): Promise<void> {
  await withLiveApp({ ...options, logFormat: 'json' }, async (live) => {
    const { startGateway } = await import('../../http/gateway.ts');
    const app = live.current;
    const stopSaving = saveMemoryNear(app.config.server.memoryMb * 2 ** 20);
    const gateway = await startGateway(live, {
      host: options.host ?? app.config.server.host,
      port: options.port === undefined ? app.config.server.port : portFrom(options.port),
    });
    process.stdout.write(await greeting(app, gateway.url));
    await live.watch();
    process.on('SIGHUP', () => void live.reload());
    await untilStopped();
    process.stderr.write(pc.dim('stopping: open streams may finish\n'));
    await gateway.close();
    stopSaving();
  });
}

/** What a newcomer needs to see: where, with which key, and three lines to paste. */
async function greeting(app: App, url: string): Promise<string> {
  const key = await app.localKey();
  const lines = [
    `${pc.bold('Conclave')} on ${url}`,
    `key        ${key}`,
    `page       ${url}/#key=${key}`,
    `providers  ${providersLine(app)}`,
  ];
  if (app.simulatorUrl) lines.push(`simulator  ${app.simulatorUrl}  (bill: ${app.simulatorUrl}/__bill)`);
  return `${[
    ...lines,
    '',
    'Try it:',
    `  curl ${url}/v1/chat/completions -H "authorization: Bearer ${key}" -H "content-type: application/json" -d '{"model":"auto","messages":[{"role":"user","content":"Hello"}]}'`,
    `  export OPENAI_BASE_URL=${url}/v1 OPENAI_API_KEY=${key}`,
    `  export ANTHROPIC_BASE_URL=${url} ANTHROPIC_API_KEY=${key}`,
    '',
  ].join('\n')}\n`;
}

function providersLine(app: App): string {
  const real = app.found.filter(({ source }) => source !== 'simulated').map(({ provider }) => provider.id);
  const simulated = app.found.length - real.length;
  return [...real, ...(simulated > 0 ? [`${simulated} simulated`] : [])].join(', ') || 'none';
}

function portFrom(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text.trim() !== '') return port;
  throw new ConclaveError('invalid_request', `--port ${text}: a port from 0 to 65535 is needed.`);
}
