/** Returns the shown file that a model's name refers to, if unambiguous. */
export function shownFile(name: string, files: readonly string[]): string | undefined {
  return fileNamed(name, files) ?? (label.test(name) ? fileNamed(name.replace(label, ''), files) : undefined);
}

/** The label after the name of a file that is shown in part or only as context; some models repeat it. */
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

/** The name itself and as diffs show it, with quotes, line breaks and backslashes escaped. */
function spellings(file: string): string[] {
  const escaped = JSON.stringify(file).slice(1, -1);
  return [file, escaped, `a/${escaped}`, `b/${escaped}`, JSON.stringify(file)];
}
