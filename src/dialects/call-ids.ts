/** Gives every call of a conversation an id, and every response the id of the call that it answers. */
export type CallIds = {
  called(name: string, id: string | undefined): string;
  answered(name: string, id: string | undefined): string;
};

/** Where a client gives no ids, the first unanswered call of a name is the one that is answered. */
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
