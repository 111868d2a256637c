/** Enough for a catalogue's own list and what filters and policies leave of it. */
const maxLists = 4;

/**
 * Memoises `make` for the most recent lists, by identity: the same few lists of candidates come with every call. Lists
 * are never changed once they are made.
 */
export function byList<Item, Made>(make: (list: readonly Item[]) => Made): (list: readonly Item[]) => Made {
  const lately: { readonly list: readonly Item[]; readonly made: Made }[] = [];
  let oldest = 0;
  return (list) => {
    for (let at = 0; at < lately.length; at++) {
      const known = lately[at];
      if (known?.list === list) return known.made;
    }
    const made = make(list);
    lately[oldest] = { list, made };
    oldest = (oldest + 1) % maxLists;
    return made;
  };
}
