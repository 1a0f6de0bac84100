/** Where a message says that a file is wrong; line and column count from 1. */
export interface ProblemPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The first "file:line:column: error: ..." in what the trainer wrote. */
export function placeIn(text: string): ProblemPlace | undefined {
  const match = /^(?<file>.+?):(?<line>\d+):(?<column>\d+): error:/m.exec(text);
  const { file, line, column } = match?.groups ?? {};
  return file === undefined ? undefined : { file, line: Number(line), column: Number(column) };
}

/** The message without the program's name, short enough for a notification. */
export function briefly(text: string): string {
  const plain = text.replace(/^randomized-at: /, '').trim();
  const [first = '', second] = plain.split('\n');
  const brief = second === undefined ? first : `${first} ${second.trim()}`;
  return brief.length > 400 ? `${brief.slice(0, 397)}...` : brief;
}
