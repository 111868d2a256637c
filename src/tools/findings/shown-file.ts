/** The file that a model means among those that it was shown, if that is clear. */
export function shownFile(name: string, files: readonly string[]): string | undefined {
  return fileNamed(name, files) ?? (label.test(name) ? fileNamed(name.replace(label, ''), files) : undefined);
}

/** What stands behind the name of a file where not all of it is shown, or only for context; some models repeat it. */
const label = / \((?:lines \d+ to \d+ of \d+|for context)\)$/;

function fileNamed(name: string, files: readonly string[]): string | undefined {
  const exact = files.find((file) => spellings(file).includes(name));
  if (exact !== undefined) return exact;
  const plain = name.replace(/^\.\//, '').replaceAll('\\', '/');
  const short = [plain, plain.replace(/^[ab]\//, '')].find((one) => files.includes(one));
  if (short !== undefined) return short;
  const endings = files.filter((file) => file.endsWith(`/${plain}`) || plain.endsWith(`/${file}`));
  return endings.length === 1 ? endings[0] : undefined;
}

/** As it is, and as diffs show it: quotes, line breaks and backslashes in names are escaped there. */
function spellings(file: string): string[] {
  const escaped = JSON.stringify(file).slice(1, -1);
  return [file, escaped, `a/${escaped}`, `b/${escaped}`, JSON.stringify(file)];
}
