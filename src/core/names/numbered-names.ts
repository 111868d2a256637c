/**
 * Returns a function that adds the lowest number to a name that makes it new among the names that are taken. The numbers
 * of a name only go up: to count from the start each time would take time with the square of how often it is used.
 */
export function numberedNames(taken: ReadonlySet<string>, separator = '_'): (name: string) => string {
  const numbers = new Map<string, number>();
  return (name) => {
    let number = numbers.get(name) ?? 2;
    while (taken.has(`${name}${separator}${number}`)) number += 1;
    numbers.set(name, number);
    return `${name}${separator}${number}`;
  };
}
