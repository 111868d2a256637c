/** The ending of each type of document that OpenAI reads as a file: https://platform.openai.com/docs/guides/file-inputs */
const endings: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/rtf': 'rtf',
  'text/rtf': 'rtf',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.ms-powerpoint': 'ppt',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
};

/** Windows calls the last two Excel's, too. */
const known = [...Object.values(endings), 'csv', 'tsv'].map((ending) => `.${ending}`);

/**
 * Returns the name of a file for OpenAI, which judges its type by the ending of its name. The titles that clients of other
 * dialects give to documents have none as a rule.
 */
export function fileName(title: string | undefined, mediaType: string): string {
  const ending = endings[mediaType];
  if (!title) return `document.${ending ?? 'bin'}`;
  const lower = title.toLowerCase();
  if (ending === undefined || known.some((one) => lower.endsWith(one))) return title;
  return `${title}.${ending}`;
}
