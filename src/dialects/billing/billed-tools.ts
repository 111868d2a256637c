import { webSearchTerm, type BillingTerm } from '../../core/money/billing-terms.ts';
import type { ExtraField } from '../../core/wire/request.ts';

const searches = /^(?:web_search|googleSearch|enterpriseWebSearch)/;

/** Other tools that OpenAI, Anthropic, Google, Groq and xAI run and bill by the call, the hour, the page or the image. */
const others =
  /^(?:file_search|code_interpreter|code_execution|image_generation|browser_search|browser_automation|visit_website|wolfram_alpha|x_search|googleMaps)/;

/** Returns the member of a field that names what its tools may have billed in addition to their tokens. */
export function billedTools(types: readonly string[]): Pick<ExtraField, 'billedApart'> {
  const billedApart = [...new Set(types.flatMap(termOf))];
  return billedApart.length > 0 ? { billedApart } : {};
}

function termOf(type: string): BillingTerm[] {
  if (searches.test(type)) return [webSearchTerm];
  return others.test(type) ? [type] : [];
}
