import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { commands, type TextDocument, Uri, window, workspace } from 'vscode';
import { changedProblems, problemsOf } from './problems';
import { hostTestVariables } from './report';

describe('A training config in the editor', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'randomized-at-host-config-'));
  });
  after(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true, force: true });
  });

  it('is JSON with comments', async () => {
    const document = await open('comments.rat.json', '{\n  // a first run\n  "epochs": 3\n}\n');
    assert.equal(document.languageId, 'jsonc');
  });

  it('shows where a field is that does not exist, and nothing more once it is right', async () => {
    const example = path.join(
      process.env[hostTestVariables.repository] ?? '',
      'examples/mnist-quickstart.rat.json',
    );
    const file = path.join(folder, 'mended.rat.json');
    await copyFile(example, file);
    const document = await workspace.openTextDocument(Uri.file(file));
    const editor = await window.showTextDocument(document);
    const field = document.getText().indexOf('batchSize');

    const marked = changedProblems(document.uri, problems => problems.length > 0);
    await editor.edit(edit => edit.insert(document.positionAt(field + 'batch'.length), 'x'));
    const [problem] = await marked;
    assert.match(problem?.message ?? '', /batchxSize/);
    assert.equal(document.offsetAt(problem?.range.start ?? document.positionAt(0)), field - 1);

    const cleared = changedProblems(document.uri, problems => problems.length === 0);
    await commands.executeCommand('undo');
    await cleared;
    assert.deepEqual(problemsOf(document.uri), []);
  });

  async function open(name: string, text: string): Promise<TextDocument> {
    const file = path.join(folder, name);
    await writeFile(file, text);
    const document = await workspace.openTextDocument(Uri.file(file));
    await window.showTextDocument(document);
    return document;
  }
});
