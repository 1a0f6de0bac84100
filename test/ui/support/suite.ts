import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openSession, type Session } from '../../vscode/session';
import { failureFolder, installedExtensions } from './places';
import { makeWorkspace, type TestWorkspace } from './workspaces';

type SessionOptions = NonNullable<Parameters<typeof openSession>[1]>;

/**
 * Opens VS Code with the installed extension before the first test of a `describe` and closes it after the last. A failed
 * test leaves a picture of the window and the server's log.
 * @param options or what prepares them, after the `before` hooks above
 * @returns the session, from the first test on
 */
export function useVsCode(
  files: Readonly<Record<string, string>> = {},
  options: SessionOptions | (() => Promise<SessionOptions>) = {},
): () => Session {
  let workspace: TestWorkspace;
  let session: Session | undefined;
  before('open VS Code', async () => {
    workspace = await makeWorkspace(files);
    const prepared = typeof options === 'function' ? await options() : options;
    session = await openSession(workspace.folder, { extensions: installedExtensions, ...prepared });
  });
  afterEach('keep a picture of a failure', async function () {
    if (this.currentTest?.state === 'failed' && session)
      await keepFailure(session, this.currentTest.fullTitle());
  });
  after('close VS Code', async () => {
    await session?.close();
    await workspace.remove();
  });
  return () => {
    if (!session) throw new Error('VS Code is not open yet.');
    return session;
  };
}

async function keepFailure(session: Session, title: string): Promise<void> {
  const file = path.join(failureFolder, title.replaceAll(/\W+/g, '-').slice(0, 100));
  await mkdir(failureFolder, { recursive: true });
  await session.workbench.screenshot(`${file}.png`);
  await writeFile(`${file}.log`, session.server.log());
}
