/** Assigns an id to every call of a conversation, and to every response the id of the call that it answers. */
export type CallIds = {
  called(name: string, id: string | undefined): string;
  answered(name: string, id: string | undefined): string;
};

/** Returns a new `CallIds`. If a client gives no ids, a response answers the first unanswered call of its name. */
export function callIds(): CallIds {
  const open: { readonly name: string; readonly id: string }[] = [];
  let number = 0;
  return {
    called(name, given) {
      number += 1;
      const id = given ?? `call_${number}`;
      open.push({ name, id });
      return id;
    },
    answered(name, given) {
      const at = open.findIndex((call) => (given === undefined ? call.name === name : call.id === given));
      const [call] = at === -1 ? [] : open.splice(at, 1);
      return given ?? call?.id ?? `call_${name}`;
    },
  };
}
