import type { Worker } from 'node:cluster';
import type { Ms } from '../../../core/units.ts';

type Connection = { close(): void };

/** A connection that a worker was sent and has not acknowledged. */
type Given = {
  /** The number of the message. */
  readonly seq: unknown;
  readonly message: unknown;
  readonly connection: Connection;
  /** The worker that Node chose: it gets no other connection before this one is acknowledged. */
  readonly chosen: Worker;
  /** Node has closed its copy, and does not wait for it any longer. */
  isReleased: boolean;
};

/** A connection that waits for a worker which has not refused it. */
type Refused = { readonly given: Given; readonly full: Worker };

/** How long a refused connection keeps the worker that Node chose for it from getting others. */
const patienceMs: Ms = 1_000;

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
 * connection is passed on to a worker that has not refused it yet and does not hang (it has acknowledged all others, or
 * one just now), and is closed when each has refused it or none takes it within a second.
 * Node gives no access to them. Therefore the messages on the worker's channel are observed (`newconn`, `ack` and
 * `close` in Node's lib/internal/cluster, `NODE_HANDLE_NACK` in its lib/internal/child_process). If their format is
 * unknown, they are ignored and nothing is closed.
 */
export class LostConnections {
  /** The next to be chosen comes first. */
  readonly #listening = new Map<Worker, Listening>();
  readonly #refusedBy = new WeakMap<Connection, Set<Worker>>();
  readonly #refused = new Set<Refused>();
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
          waiting.set(seq, { seq, message, connection, chosen: worker, isReleased: false });
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
      // Not so what `release` makes up: the chosen worker has refused that connection.
      const isItsOwn = waiting.delete(memberOf(message, 'ack'));
      if (memberOf(message, 'cmd') === 'NODE_HANDLE_NACK') {
        const [refused] = waiting.values();
        if (refused !== undefined) {
          waiting.delete(refused.seq);
          this.#refuse(refused, worker);
        }
      }
      this.#passOn(isItsOwn && memberOf(message, 'accepted') === true ? worker : undefined);
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

  #refuse(given: Given, full: Worker): void {
    if (given.isReleased) return;
    const refusals = this.#refusedBy.get(given.connection) ?? new Set();
    this.#refusedBy.set(given.connection, refusals.add(full));
    const refused = { given, full };
    this.#refused.add(refused);
    // Also if another worker has it by then: that one may hang, and the chosen one may have files again.
    setTimeout(() => {
      release(given);
      if (this.#refused.delete(refused)) this.#withoutFiles(full, 'closed');
    }, patienceMs).unref();
  }

  /**
   * The message keeps its number: whichever worker acknowledges it, Node then gives the chosen one the next. A worker
   * that has just accepted a connection does not hang, although a busy one always has another by then.
   */
  #passOn(accepting: Worker | undefined): void {
    for (const refused of this.#refused) {
      const { given, full } = refused;
      const refusals = this.#refusedBy.get(given.connection);
      const able = [...this.#listening].filter(([other]) => !refusals?.has(other) && other.isConnected());
      const next =
        able.find(([, { waiting }]) => waiting.size === 0) ?? able.find(([other]) => other === accepting);
      if (next === undefined && able.length > 0) continue;
      this.#refused.delete(refused);
      if (next === undefined) {
        release(given);
        this.#withoutFiles(full, 'closed');
        continue;
      }
      const [other, listening] = next;
      this.#listening.delete(other);
      this.#listening.set(other, listening);
      listening.give(given);
      this.#withoutFiles(full, 'passed-on');
    }
  }
}

/** As if a worker had accepted it: Node closes its copy and gives the chosen worker the next; nothing if one has. */
function release(given: Given): void {
  given.isReleased = true;
  const { seq, chosen } = given;
  chosen.process.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack: seq, accepted: true });
}

function memberOf(message: unknown, name: string): unknown {
  return typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined;
}

function isConnection(handle: unknown): handle is Connection {
  return typeof memberOf(handle, 'close') === 'function';
}
