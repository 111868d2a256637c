import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Log } from '../../../core/telemetry/log.ts';
import type { ConfigSource } from '../../../core/shared-config.ts';
import type { Ms } from '../../../core/units.ts';
import { exitCodeFor } from '../output/exit-codes.ts';
import { untilStopped } from '../process/until-stopped.ts';
import { HungWorkers } from './hung-workers.ts';
import { LimitBroker } from './limits/limit-broker.ts';
import { LostConnections } from './lost-connections.ts';
import type { FromWorker, ListenAddress, ToWorker } from './messages.ts';
import { reportsExchange } from './reports-exchange.ts';
import { addressVariable, placeVariable } from './worker-link.ts';

export type WorkersOptions = {
  readonly count: number;
  readonly log: Log;
  /** Starts the simulated models that the workers share, when a worker first asks for them. */
  readonly startSimulator: () => Promise<{ readonly url: string; close(): Promise<void> }>;
};

/** A worker that dies sooner than this counts as failed to start, and its replacement is delayed. */
const soonMs: Ms = 10_000;
const longestPauseMs: Ms = 10_000;
/** A worker that does not answer within this time that it stops hangs. */
const answerMs: Ms = 10_000;
const quietMs: Ms = 60_000;

/** The greeting of a worker once it serves, or its exit code if it ends before that. */
type Started = { readonly greeting: string } | { readonly exitCode: number };

/**
 * Runs this command in `count` processes that share one port and one ledger, and replaces each that dies or hangs. The
 * other processes settle the calls of a dead one; their own calls go on. Returns the exit code.
 */
export async function runWorkers({ count, log, startSimulator }: WorkersOptions): Promise<number> {
  const alive = new Map<number, Worker>();
  /** Those of the living that do not serve yet. */
  const starting = new Set<Worker>();
  /** The worker at each place; a replacement takes the place of the dead one. */
  const places = new Map<number, Worker>();
  const reports = reportsExchange((id, message) => send(alive.get(id), message));
  const limits = new LimitBroker(count, (place, message) => send(places.get(place), message));
  const lostConnections = new LostConnections(withoutFiles);
  const hungWorkers = new HungWorkers((worker) => send(worker, { type: 'ping' }), endHung);
  /** Those of the living that have answered that they stop. */
  const ending = new Set<Worker>();
  /** Those that started after another served: the ledger is up to date. */
  const followers = new WeakSet<Worker>();
  /** Those that a SIGHUP reached before they could take it. */
  const outdated = new WeakSet<Worker>();
  const quietUntil = { 'passed-on': -Infinity, closed: -Infinity };
  let simulator: ReturnType<typeof startSimulator> | undefined;
  /** What a worker read last: others begin with it, also if the file has become invalid or is gone. */
  let config: ConfigSource | undefined;
  /** That of the first worker, for all: a changed one takes effect when the primary process starts again. */
  let address: ListenAddress | undefined;
  let hasServed = false;
  let stopping = false;
  let deathsInARow = 0;

  function start(place: number): Promise<Started> {
    const worker = cluster.fork({
      [placeVariable]: place,
      ...(address && { [addressVariable]: JSON.stringify(address) }),
    });
    lostConnections.watch(worker);
    const startedAt = performance.now();
    alive.set(worker.id, worker);
    starting.add(worker);
    hungWorkers.starts(worker);
    if (hasServed) followers.add(worker);
    places.set(place, worker);
    return new Promise((resolve) => {
      worker.on('message', (message: FromWorker) => {
        if (message.type === 'ready') {
          hasServed = true;
          address ??= message.address;
          starting.delete(worker);
          if (outdated.delete(worker)) worker.process.kill('SIGHUP');
          hungWorkers.serves(worker);
          reports.joined(worker.id);
          resolve({ greeting: message.greeting });
        } else if (message.type === 'pong') {
          hungWorkers.answered(worker);
        } else if (message.type === 'stopping') {
          ending.add(worker);
        } else if (message.type === 'simulator-wanted') {
          simulator ??= startSimulator();
          void simulator.then(({ url }) => send(worker, { type: 'simulator', url }));
        } else if (message.type === 'config-wanted') {
          send(worker, { type: 'config', ...(config && { source: config }) });
        } else if (message.type === 'config-loaded') {
          config = message.source;
        } else if (message.type === 'reports-wanted' || message.type === 'reported') {
          reports.receive(worker.id, message);
        } else limits.receive(place, message);
      });
      // A message to a dying worker failed: its exit is handled below.
      worker.on('error', () => undefined);
      worker.once('exit', (code, signal) => {
        alive.delete(worker.id);
        const served = !starting.delete(worker);
        ending.delete(worker);
        hungWorkers.left(worker);
        reports.left(worker.id);
        limits.left(place);
        resolve({ exitCode: code || 1 });
        if (stopping || !served) return;
        const lived = performance.now() - startedAt;
        deathsInARow = lived < soonMs ? deathsInARow + 1 : 0;
        log.error({ worker: worker.process.pid, code, signal }, 'a worker has died; another replaces it');
        void startUntilServing(place);
      });
    });
  }

  function endHung(worker: Worker, when: 'starting' | 'serving'): void {
    const { pid } = worker.process;
    if (when === 'starting' && !followers.has(worker)) {
      log.error(
        { worker: pid },
        'a worker has not been ready for five minutes; a large ledger may take so long after an upgrade',
      );
      return;
    }
    const what = when === 'starting' ? 'was not ready after five minutes' : 'has not answered for a minute';
    log.error({ worker: pid }, `a worker ${what}, and was ended`);
    worker.process.kill('SIGKILL');
  }

  /** Each at most once a minute: a worker without a free descriptor refuses every connection. */
  function withoutFiles(full: Worker, outcome: 'passed-on' | 'closed'): void {
    if (performance.now() < quietUntil[outcome]) return;
    quietUntil[outcome] = performance.now() + quietMs;
    log.error(
      { worker: full.process.pid },
      outcome === 'closed'
        ? 'a connection was closed: every worker has too many open files or accepts none; raise their limit (ulimit -n, or LimitNOFILE in systemd)'
        : 'a worker has too many open files, and others serve its connections; raise its limit (ulimit -n, or LimitNOFILE in systemd)',
    );
  }

  /** Retries without limit: the cause, such as a configuration or a database, may be repaired meanwhile. */
  async function startUntilServing(place: number): Promise<void> {
    for (;;) {
      const pauseMs = deathsInARow === 0 ? 0 : Math.min(longestPauseMs, 100 * 2 ** deathsInARow);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      const started = stopping ? undefined : await start(place);
      if (started === undefined || stopping || 'greeting' in started) return;
      deathsInARow += 1;
      log.error({ pauseMs }, 'a worker could not start; retrying');
    }
  }

  function reloadAll(): void {
    for (const worker of alive.values()) {
      if (starting.has(worker)) outdated.add(worker);
      else worker.process.kill('SIGHUP');
    }
  }

  /** Returns the exit code: a worker that could not write all of its rows has that of `storage`. */
  async function stopAll(): Promise<number> {
    stopping = true;
    const workers = [...alive.values()];
    const gone = workers.map((worker) => once(worker, 'exit'));
    for (const worker of workers) {
      // A process that has hardly begun would miss a message.
      if (starting.has(worker)) worker.process.kill('SIGTERM');
      else send(worker, { type: 'stop' });
    }
    const patience = setTimeout(killSilent, answerMs);
    const ended = await Promise.all(gone);
    clearTimeout(patience);
    await (await simulator)?.close();
    const unwritten = exitCodeFor('storage');
    return ended.some(([code]) => code === unwritten) ? unwritten : 0;
  }

  /** One that has answered lets its streams finish, however long that takes. */
  function killSilent(): void {
    for (const worker of alive.values()) {
      if (ending.has(worker)) continue;
      log.error({ worker: worker.process.pid }, 'a worker did not answer that it stops, and was ended');
      worker.process.kill('SIGKILL');
    }
  }

  function killAll(): void {
    for (const worker of alive.values()) worker.process.kill('SIGKILL');
  }

  /** The first worker starts alone: it creates missing files, and an error is reported once and ends the start. */
  async function startAll(): Promise<Started> {
    const first = await start(0);
    if ('exitCode' in first || stopping) return first;
    await Promise.all(Array.from({ length: count - 1 }, (_, at) => startUntilServing(at + 1)));
    return first;
  }

  // From the beginning: a worker may serve calls while others still start.
  const stopped = untilStopped(killAll);
  process.on('SIGHUP', reloadAll);
  const started = await Promise.race([startAll(), stopped]);
  if (typeof started === 'object') {
    if ('exitCode' in started) {
      await stopAll();
      return started.exitCode;
    }
    process.stdout.write(started.greeting);
    await stopped;
  }
  log.info({}, 'stopping: open streams may finish');
  return stopAll();
}

function send(worker: Worker | undefined, message: ToWorker): void {
  if (worker?.isConnected()) worker.send(message);
}
