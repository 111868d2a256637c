/** Assigns an id to every call of a conversation, and to every response the id of the call that it answers. */
export type CallIds = {
  called(name: string, id: string | undefined): string;
  answered(name: string, id: string | undefined): string;
};

/** Returns a new `CallIds`. If a client gives no ids, a response answers the first unanswered call of its name. */
export function callIds(): CallIds {
  const byId = openCalls();
  const byName = openCalls();
  let number = 0;
  return {
    called(name, given) {
      number += 1;
      const id = given ?? `call_${number}`;
      const call = { id, open: true };
      byId.add(id, call);
      byName.add(name, call);
      return id;
    },
    answered(name, given) {
      const call = given === undefined ? byName.first(name) : byId.first(given);
      if (call) call.open = false;
      return given ?? call?.id ?? `call_${name}`;
    },
  };
}

type Call = { readonly id: string; open: boolean };

/** Finds the first open call of a key. Each call is passed over once, however many are open. */
function openCalls() {
  const queues = new Map<string, { readonly calls: Call[]; next: number }>();
  return {
    add(key: string, call: Call): void {
      const queue = queues.get(key);
      if (queue) queue.calls.push(call);
      else queues.set(key, { calls: [call], next: 0 });
    },
    first(key: string): Call | undefined {
      const queue = queues.get(key);
      while (queue?.calls[queue.next]?.open === false) queue.next += 1;
      return queue?.calls[queue.next];
    },
  };
}
