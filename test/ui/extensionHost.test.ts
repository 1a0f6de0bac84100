import assert from 'node:assert/strict';
import path from 'node:path';
import Mocha from 'mocha';
import { type HostTestLine, hostTestVariables } from '../host/report';
import { openSession, type Session } from '../vscode/session';
import { readReport } from './support/hostReport';
import { hostTestsVsix, vsix } from './support/places';
import { makeWorkspace, type TestWorkspace } from './support/workspaces';

describe('Inside the extension host', function () {
  let workspace: TestWorkspace;
  let session: Session | undefined;
  let lines: readonly HostTestLine[] = [];

  // The tests run and are judged there; here each becomes a test of its own, so that a failure has its name.
  before('run mocha there', async () => {
    workspace = await makeWorkspace();
    const report = path.join(workspace.folder, 'host-tests.jsonl');
    lines = await readReport(report, async () => {
      session = await openSession(workspace.folder, {
        vsix: [vsix, hostTestsVsix],
        environment: { [hostTestVariables.repository]: process.cwd(), [hostTestVariables.report]: report },
      });
    });
    for (const line of lines) {
      if (line.type === 'test')
        this.addTest(new Mocha.Test(line.title, () => assert.ok(!line.error, line.error)));
    }
  });

  after(async () => {
    await session?.close();
    await workspace.remove();
  });

  it('mocha runs to its end', () => {
    assert.equal(lines.find(line => line.type === 'end')?.error, undefined);
    assert.ok(lines.length > 1, 'no test has run');
  });
});
