import { ConclaveError } from '../../core/errors.ts';

type Closing = { close(): Promise<void> };

/** Wraps the methods so that they throw after `close` was called. Running calls end as `close` lets them. */
export function untilClosed<T extends Closing>(methods: T): T {
  let isClosed = false;
  const guarded = new Proxy(methods, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (name === 'close') {
        return () => {
          isClosed = true;
          return target.close();
        };
      }
      if (typeof method !== 'function' || !isClosed) return method;
      return name === 'stream' ? closedStream : closed;
    },
  });
  return guarded;
}

async function closed(): Promise<never> {
  throw new ConclaveError('invalid_request', 'This Conclave is closed; createConclave() makes another.');
}

/** Returns a stream that throws when it is read. */
function closedStream(): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: closed }) };
}
