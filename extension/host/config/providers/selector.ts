import type { DocumentSelector, TextDocument } from 'vscode';
import { configEnding } from '../files/numberedName';

const schemes = ['file', 'untitled', 'vscode-remote', 'vscode-vfs'];

/** Configs that can be edited; not the read-only sides of a comparison. */
export const configSelector: DocumentSelector = schemes.map(scheme => ({
  scheme,
  pattern: `**/*${configEnding}`,
}));

export function isConfigDocument({ uri }: TextDocument): boolean {
  return schemes.includes(uri.scheme) && uri.path.endsWith(configEnding);
}
