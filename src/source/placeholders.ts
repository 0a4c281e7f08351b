const variable = /\{\{-?\s*([\w.]*cookiecutter[\w.]*)(?:\s*\|[^}\n]*)?\s*-?\}\}/g;
const statement = /^[ \t]*\{%[^\n]*%\}[ \t]*$/gm;

/** True for a file that Cookiecutter fills in before anybody runs it. */
export function isUnfilled(path: string, text: string): boolean {
  return path.includes('{{') || /\{\{-?\s*cookiecutter\./.test(text);
}

/** Text with names for the placeholders of a template, each as long as what it stands for: offsets stay what they are. */
export function filledIn(text: string): string {
  return text
    .replace(statement, (line) => ' '.repeat(line.length))
    .replace(variable, (all, name: string, offset: number) => {
      // Python allows blanks before a dot; behind a longer name they would cut it in two.
      const joined = /\w/.test(text[offset + all.length] ?? '');
      return nameOf(name).padEnd(all.length, joined ? '_' : ' ');
    });
}

/** A folder's name as the modules in it are imported. */
export function filledName(segment: string): string {
  return segment.replace(variable, (_, name: string) => nameOf(name));
}

function nameOf(placeholder: string): string {
  return placeholder.replaceAll('.', '_');
}
