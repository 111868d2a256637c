import type { Worker } from 'node:cluster';

type Connection = { close(): void };

/** A connection that a worker was sent and has not acknowledged. */
type Given = {
  /** The number of the message. */
  readonly seq: unknown;
  readonly message: unknown;
  readonly connection: Connection;
  /** The worker that Node chose: it gets no other connection before this one is acknowledged. */
  readonly chosen: Worker;
};

/** A worker that can be given connections. */
type Listening = {
  /** What it has not acknowledged, by the number of the message; it receives them in this order. */
  readonly waiting: ReadonlyMap<unknown, Given>;
  readonly give: (given: Given) => void;
};

/**
 * Finds the connections that were passed to a worker but do not reach it; otherwise their clients would hang. Node holds
 * each connection until its worker acknowledges it, and gives the worker no other before that. It does not release
 * those of a dead worker: they are closed. Nor does it release those for which the worker has no file descriptor: such a
 * connection is passed on to a worker that has not refused it yet, and is closed when each has.
 * Node gives no access to them. Therefore the messages on the worker's channel are observed (`newconn`, `ack` and
 * `close` in Node's lib/internal/cluster, `NODE_HANDLE_NACK` in its lib/internal/child_process). If their format is
 * unknown, they are ignored and nothing is closed.
 */
export class LostConnections {
  /** The next to be chosen comes first. */
  readonly #listening = new Map<Worker, Listening>();
  readonly #refusedBy = new WeakMap<Connection, Set<Worker>>();
  readonly #withoutFiles: (full: Worker, outcome: 'passed-on' | 'closed') => void;

  /** `withoutFiles` is called at each refusal of a worker that has no free file descriptor. */
  constructor(withoutFiles: (full: Worker, outcome: 'passed-on' | 'closed') => void) {
    this.#withoutFiles = withoutFiles;
  }

  watch(worker: Worker): void {
    const waiting = new Map<unknown, Given>();
    const channel = worker.process;
    const send = channel.send.bind(channel);
    Object.defineProperty(channel, 'send', {
      configurable: true,
      writable: true,
      value(...sent: readonly unknown[]) {
        const [message, connection] = sent;
        if (memberOf(message, 'act') === 'newconn' && isConnection(connection)) {
          const seq = memberOf(message, 'seq');
          waiting.set(seq, { seq, message, connection, chosen: worker });
        }
        return Reflect.apply(send, channel, sent);
      },
    });
    worker.on('listening', () => {
      this.#listening.set(worker, {
        waiting,
        give(given) {
          waiting.set(given.seq, given);
          Reflect.apply(send, channel, [given.message, given.connection]);
        },
      });
    });
    channel.on('internalMessage', (message: unknown) => {
      // A worker that ends sends connections back, which Node may give to the one that has refused them, and so on.
      if (memberOf(message, 'act') === 'close') this.#listening.delete(worker);
      waiting.delete(memberOf(message, 'ack'));
      if (memberOf(message, 'cmd') !== 'NODE_HANDLE_NACK') return;
      const [refused] = waiting.values();
      if (refused === undefined) return;
      waiting.delete(refused.seq);
      this.#passOn(refused, worker);
    });
    worker.once('disconnect', () => this.#listening.delete(worker));
    worker.once('exit', () => {
      this.#listening.delete(worker);
      for (const given of waiting.values()) {
        if (given.chosen === worker) given.connection.close();
        else release(given);
      }
      waiting.clear();
    });
  }

  /** The message keeps its number: whichever worker acknowledges it, Node then gives the chosen one the next. */
  #passOn(given: Given, full: Worker): void {
    const refusals = this.#refusedBy.get(given.connection) ?? new Set();
    this.#refusedBy.set(given.connection, refusals.add(full));
    const able = [...this.#listening].filter(([other]) => !refusals.has(other) && other.isConnected());
    // One that hangs acknowledges nothing.
    const [next] = able.toSorted(([, a], [, b]) => a.waiting.size - b.waiting.size);
    if (next === undefined) {
      release(given);
      this.#withoutFiles(full, 'closed');
      return;
    }
    const [other, listening] = next;
    this.#listening.delete(other);
    this.#listening.set(other, listening);
    listening.give(given);
    this.#withoutFiles(full, 'passed-on');
  }
}

/** As if a worker had accepted it: Node closes its copy, the only one, and gives the chosen worker the next connection. */
function release({ seq, chosen }: Given): void {
  chosen.process.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack: seq, accepted: true });
}

function memberOf(message: unknown, name: string): unknown {
  return typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined;
}

function isConnection(handle: unknown): handle is Connection {
  return typeof memberOf(handle, 'close') === 'function';
}
