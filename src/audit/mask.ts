const assigned =
  /((?:secret|passw(?:or)?d|passwd|pwd|token|api_?key|_key|salt|credential)[\w-]*["']?\]?\s*(?:[:=,]|\)\s*or\b|:\s*\w+\s*=)\s*[bru]*)(["'])(?!\s*\2)(.*?)\2/gi;
const unquoted =
  /^(\s*(?:export\s+|-\s*)?[\w.]*(?:SECRET|PASSWORD|TOKEN|API_?KEY)\w*\s*[=:]\s*)(?!["'{$\s])(?![\w.]+[([])([^\s#]{4,})/;
const inAddress = /(:\/\/[^\s:/@"']*:)([^\s@/"']+)(@)/g;

/** A quoted line with the values of keys, passwords and tokens taken out. */
export function mask(text: string): string {
  return text.replace(assigned, '$1$2…$2').replace(unquoted, '$1…').replace(inAddress, '$1…$3');
}
