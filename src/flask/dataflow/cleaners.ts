/** Functions whose result carries nothing of what they are given. */
const harmless =
  /(^|\.)local_address$|^(int|float|bool|len|hash|id|ord|abs|round|isinstance|hasattr|type|range|enumerate|sum|min|max|sorted|url_for|jsonify)$|^(uuid\.UUID|ipaddress\.\w+|datetime\.\w+(\.\w+)?|hashlib\.\w+|hmac\.\w+|flask\.(url_for|jsonify)|flask\.json\.\w+|werkzeug\.security\.(check|generate)\w+|secrets\.\w+)$/;

/** Functions that make text safe as a part of a path. */
const pathCleaners =
  /(^|\.)(secure_filename|safe_join|safe_path|sanitize_filename|sanitise_filename|clean_filename|slugify|get_valid_filename)$|^(os\.path|posixpath|ntpath)\.basename$/;

/** Functions that make text safe as markup. */
const htmlCleaners =
  /(^|\.)(escape|clean_html|sanitize\w*|sanitise\w*|linkify|quote|quote_plus|urlencode|striptags|strip_tags|tojson|dumps|nh3\.clean|bleach\.clean|clean)$|^(nh3|bleach|html_sanitizer|lxml_html_clean)\.\w+|^flask\.render_template|\.render_template$/;

/** Functions whose result is what they are given in another form. */
const passing =
  /^(str|bytes|repr|list|tuple|set|dict|iter|next|reversed|urllib\.parse\.unquote(_plus)?|base64\.\w*decode\w*|json\.loads|(os\.path|posixpath)\.(join|abspath|normpath|realpath|expanduser|expandvars)|os\.fspath|tarfile\.open|zipfile\.ZipFile|copy\.(deep)?copy|flask\.(make_response|Response)|(\w+\.)*Response|pathlib\.(Pure)?(Posix|Windows)?Path)$/;

/** Methods whose result says nothing of the text. */
const quiet =
  /^(isdigit|isalnum|isalpha|isdecimal|isidentifier|isnumeric|startswith|endswith|count|find|index|exists|is_file|is_dir|validate|validate_on_submit|close|seek|save|__len__|stat|first|first_or_404|one|scalar|all|filter|filter_by|query)$/;

/** What a call does with data that go into it. */
export function effectOf(target: string): 'drops' | 'passes' | 'cleans-path' | 'cleans-html' | 'unknown' {
  if (harmless.test(target)) return 'drops';
  if (pathCleaners.test(target)) return 'cleans-path';
  if (htmlCleaners.test(target)) return 'cleans-html';
  return passing.test(target) ? 'passes' : 'unknown';
}

/** True for a method whose result still carries the object's text. */
export function methodPasses(method: string): boolean {
  return !quiet.test(method);
}
