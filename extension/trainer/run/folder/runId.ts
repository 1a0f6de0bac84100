import path from 'node:path';

/** A run's id and its folder's name: `20230618-143005-mnist-quickstart-3f9a`, sorted by time as text. */
export function runId(name: string, createdAt: Date, hex: string): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${createdAt.getFullYear()}${two(createdAt.getMonth() + 1)}${two(createdAt.getDate())}`;
  const time = `${two(createdAt.getHours())}${two(createdAt.getMinutes())}${two(createdAt.getSeconds())}`;
  return `${day}-${time}-${safeName(name)}-${hex}`;
}

/** The name as a part of a file name, the same on every system: letters, digits, dots, underscores and dashes. */
export function safeName(name: string): string {
  const safe = name
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .slice(0, 60)
    .replace(/^[.-]+|[.-]+$/g, '');
  return safe === '' ? 'run' : safe;
}

/**
 * Accepts only the plain name of a file, so that nothing is written outside the folder it is meant for.
 * @throws Error naming it
 */
export function requirePlainFileName(name: string): string {
  const plain = name !== '' && !name.startsWith('.') && path.basename(name) === name && !/[\\:\0]/.test(name);
  if (!plain) throw new Error(`"${name}" is not a plain file name: use one without folders.`);
  return name;
}
