import type { ItemCall } from './call-reader.ts';
import type { ItemTexts } from './text-reader.ts';

/** What an event says of the item that it is about. */
export type ItemKey = {
  readonly type: string | undefined;
  /** `output_index`, which some servers leave out, and others send as 0 for every item. */
  readonly place: number | undefined;
  readonly id: string | undefined;
  readonly callId: string | undefined;
};

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What is known of one output item. `announced`: by an event of its own, not only by deltas. */
export type OpenItem = ItemTexts & ItemCall & Writable<ItemKey> & { announced: boolean; done: boolean };

/**
 * Finds the item that an event of a stream is about: by its type, its place, and where that is not enough by its ids,
 * which some proxies send anew with each event.
 */
export type ItemFinder = {
  /** The item that is announced: a new one, unless its deltas have come before. */
  added(key: ItemKey): OpenItem;
  /** The item under way that a delta continues, or a new one. */
  continued(key: ItemKey): OpenItem;
  /** The item whose whole text an event repeats, or tells at once. `undefined` if it has ended or is of another type. */
  told(key: ItemKey): OpenItem | undefined;
  /** The item that is cited from, even if it has ended, or a new one. */
  cited(key: ItemKey): OpenItem;
  /** The item that ends, or a new one. If it is done, it had ended before. */
  ended(key: ItemKey): OpenItem;
  /** The items of the finished response, each with the item of the stream that it is, or a new one. */
  listed(keys: readonly ItemKey[]): OpenItem[];
};

/** The items of one type. Of those with one id or at one place, the last is found. */
type Kind = {
  readonly all: OpenItem[];
  readonly byId: Map<string, OpenItem>;
  readonly byPlace: Map<number, OpenItem>;
  readonly underWay: Set<OpenItem>;
  /** Whether an id has come twice, so that another id is another item. */
  keepsIds: boolean;
  last?: OpenItem;
};

export function itemFinder(): ItemFinder {
  const kinds = new Map<string | undefined, Kind>();

  function kindOf({ type }: ItemKey): Kind {
    let kind = kinds.get(type);
    if (kind === undefined) {
      kind = { all: [], byId: new Map(), byPlace: new Map(), underWay: new Set(), keepsIds: false };
      kinds.set(type, kind);
    }
    return kind;
  }

  function begin(key: ItemKey): OpenItem {
    const item = { ...key, pieces: new Map(), citations: new Map(), announced: false, done: false };
    const kind = kindOf(key);
    kind.all.push(item);
    kind.underWay.add(item);
    if (key.place !== undefined) kind.byPlace.set(key.place, item);
    learnIds(item, key);
    return item;
  }

  function learnIds(item: OpenItem, key: ItemKey): void {
    item.id ??= key.id;
    item.callId ??= key.callId;
    const { byId } = kindOf(key);
    for (const id of [key.id, key.callId]) if (id !== undefined) byId.set(id, item);
  }

  /** Deltas name their item by its id, or, of a call, by that of the call. */
  function withId(key: ItemKey): OpenItem | undefined {
    const { byId } = kindOf(key);
    return byId.get(key.callId ?? '') ?? byId.get(key.id ?? '');
  }

  function atPlace(key: ItemKey): OpenItem | undefined {
    return key.place === undefined ? undefined : kindOf(key).byPlace.get(key.place);
  }

  function named(key: ItemKey): OpenItem | undefined {
    const item = withId(key);
    if (item === undefined || !fits(item, key)) return undefined;
    const kind = kindOf(key);
    if (key.id !== undefined && kind.byId.get(key.id) === item) kind.keepsIds = true;
    return item;
  }

  /** The item under way that an event continues. */
  function continuing(key: ItemKey): OpenItem | undefined {
    const item = named(key);
    if (isUnderWay(item)) return item;
    const placed = atPlace(key);
    if (mayContinue(placed, key)) return placed;
    const { last } = kindOf(key);
    return mayContinue(last, key) ? last : undefined;
  }

  /**
   * Whether an event under another id, or none, may continue this item. A server that announces items announces the next
   * one too; without that, only a place other than 0 tells more than the ids.
   */
  function mayContinue(item: OpenItem | undefined, key: ItemKey): item is OpenItem {
    if (!isUnderWay(item) || !fits(item, key)) return false;
    const isOther = kindOf(key).keepsIds && hasId(item) && hasId(key);
    return !isOther || item.announced || (item.place ?? 0) > 0;
  }

  function continued(key: ItemKey): OpenItem {
    const item = continuing(key) ?? begin(key);
    kindOf(key).last = item;
    return item;
  }

  /** The item that ends under an id that is new. */
  function ending(key: ItemKey): OpenItem | undefined {
    const placed = atPlace(key);
    const item = isUnderWay(placed) ? placed : kindOf(key).underWay.values().next().value;
    return item && fits(item, key) ? item : undefined;
  }

  /**
   * Whether the item that an event names is of another type: some servers close a thought as if it were an answer. An id
   * at another place names another item, and the place 0 alone only one that is under way: it may be that of all.
   */
  function isOfAnotherType(key: ItemKey): boolean {
    if ((withId(key) ?? atPlace(key)) !== undefined) return false;
    const { id, place = -1 } = key;
    return [...kinds.values()].some(({ byId, byPlace }) => {
      const item = byId.get(id ?? '');
      if (item && fits(item, key)) return true;
      return place > 0 ? byPlace.has(place) : id === undefined && isUnderWay(byPlace.get(place));
    });
  }

  /** Whether nothing is known yet of the item that an event names; the place 0 alone says nothing. */
  function isFirst(key: ItemKey): boolean {
    if (kindOf(key).all.length === 0) return true;
    return key.place !== undefined && key.place > 0 && (withId(key) ?? atPlace(key)) === undefined;
  }

  function endedBefore(key: ItemKey): OpenItem | undefined {
    const known = named(key);
    if (known?.done) return known;
    const placed = atPlace(key);
    return placed?.done && !(hasId(placed) && hasId(key)) ? placed : undefined;
  }

  return {
    added(key) {
      const before = continuing(key);
      const item = before && (!before.announced || before === withId(key)) ? before : begin(key);
      item.announced = true;
      learnIds(item, key);
      kindOf(key).last = item;
      return item;
    },
    continued,
    told(key) {
      if (isOfAnotherType(key)) return undefined;
      return continuing(key) ?? (isFirst(key) ? begin(key) : undefined);
    },
    cited: (key) => named(key) ?? atPlace(key) ?? continued(key),
    ended(key) {
      const before = endedBefore(key);
      if (before) return before;
      const item = named(key) ?? ending(key) ?? begin(key);
      kindOf(key).underWay.delete(item);
      return item;
    },
    listed(keys) {
      const found = new Map<ItemKey, OpenItem>();
      const taken = new Set<OpenItem>();
      const take = (key: ItemKey, item: OpenItem | undefined): void => {
        if (!item || found.has(key) || taken.has(item) || isOtherCall(item, key)) return;
        found.set(key, item);
        taken.add(item);
      };
      for (const key of keys) take(key, withId(key));
      for (const key of keys) take(key, atPlace(key));
      // Proxies leave items out, so that the places of those behind them change.
      const left = new Map(
        [...kinds].map(([type, { all }]) => [type, all.filter((item) => !taken.has(item)).values()]),
      );
      for (const key of keys) if (!found.has(key)) take(key, left.get(key.type)?.next().value);
      return keys.map((key) => found.get(key) ?? begin(key));
    },
  };
}

/** Whether an event may be about an item of its type, as far as its place says, and of a call its id. */
function fits(item: ItemKey, key: ItemKey): boolean {
  const isElsewhere = item.place !== undefined && key.place !== undefined && item.place !== key.place;
  return !isElsewhere && !isOtherCall(item, key);
}

/** No server changes the id by which a call is answered. */
function isOtherCall(item: ItemKey, key: ItemKey): boolean {
  return item.callId !== undefined && key.callId !== undefined && item.callId !== key.callId;
}

function isUnderWay(item: OpenItem | undefined): item is OpenItem {
  return item !== undefined && !item.done;
}

function hasId({ id, callId }: ItemKey): boolean {
  return id !== undefined || callId !== undefined;
}
