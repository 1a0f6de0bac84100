import { InstallationError, lastLines } from './program';

/** Why npm failed. */
export interface NpmFailure {
  /** Whether the registry did not give a package, a package's own install script failed, or npm had another reason. */
  readonly at: 'registry' | 'script' | 'npm';
  /** The rest of the sentence "… was not installed:". */
  readonly reason: string;
}

const unreachable = /\b(?:ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH)\b/;

/** What npm calls a line of an error; npm 9 and older say ERR! */
const tag = 'npm (?:error|ERR!)';

const remedies: Readonly<Record<NpmFailure['at'], string>> = {
  registry: 'Check the connection, and npm\'s settings "registry" and "proxy".',
  script:
    process.platform === 'linux'
      ? 'Build the addon for a TensorFlow of Python instead, or use the webgpu engine.\nIn a shell: randomized-at engine build-tensorflow'
      : 'Use the webgpu engine.',
  npm: 'What npm printed says more.',
};

/** The error to throw. */
export function notInstalled(
  name: string,
  printed: string,
  { at, reason } = npmFailure(printed),
): InstallationError {
  return new InstallationError(
    `${name} was not installed: ${reason}. ${remedies[at]}\n\n${lastLines(printed, 30).trim()}`,
  );
}

/** Reads what npm has printed, scripts' output included. */
export function npmFailure(printed: string): NpmFailure {
  if (new RegExp(`^${tag} command failed`, 'm').test(printed)) {
    return { at: 'script', reason: scriptReason(printed) };
  }
  const code = new RegExp(`^${tag} code (\\S+)`, 'm').exec(printed)?.[1] ?? '';
  if (unreachable.test(code)) {
    const asked = /request to (https?:\/\/[^/\s]+)/.exec(printed)?.[1] ?? '';
    return { at: 'registry', reason: `npm's registry ${asked} cannot be reached (${code})` };
  }
  const answer = /([A-Z][a-z][\w ]*) - [A-Z]+ (https?:\/\/[^/\s]+)/.exec(printed);
  if (/^E[45]\d\d$/.test(code) && answer) {
    return { at: 'registry', reason: `npm's registry ${answer[2]} answers ${code.slice(1)} ${answer[1]}` };
  }
  const said = new RegExp(`^${tag} (?!code|syscall|errno|path)(.+)`, 'm').exec(printed)?.[1];
  return { at: 'npm', reason: `npm failed: ${said ?? (code || 'it gave no reason')}` };
}

function scriptReason(printed: string): string {
  const named = /(?:getaddrinfo \w+ |hostname: ')([\w.-]+)/.exec(printed)?.[1];
  const host = named ?? lastHost(printed) ?? '';
  const code = unreachable.exec(printed)?.[0];
  if (code) return `its download host ${host} cannot be reached (${code})`;
  // The script takes a page that says "403 Forbidden" for the archive.
  if (/TAR_BAD_ARCHIVE|status(?: ?code:?)? 40[34]|40[34] (?:Forbidden|Not Found)/i.test(printed)) {
    return `its download host ${host} does not give the file`;
  }
  return `its install script failed: ${/^\w*Error: (.+)$/m.exec(printed)?.[1] ?? 'it gave no reason'}`;
}

function lastHost(printed: string): string | undefined {
  const address = [...printed.matchAll(/https?:\/\/[^\s'"]+/g)].at(-1)?.[0];
  return address && URL.canParse(address) ? new URL(address).host : undefined;
}
