import assert from 'node:assert/strict';
import { commands, extensions } from 'vscode';

const id = 'randomized-at.randomized-at';

describe('The installed extension', () => {
  it('activates', async () => {
    const extension = extensions.getExtension(id);
    assert.ok(extension, `${id} is not installed`);
    await extension.activate();
    assert.ok(extension.isActive);
  });

  it('has an implementation for every command it contributes', async () => {
    const contributed = extensions
      .getExtension(id)
      ?.packageJSON.contributes.commands.map(({ command }: { command: string }) => command);
    const registered = new Set(await commands.getCommands(true));
    assert.deepEqual(
      contributed.filter((command: string) => !registered.has(command)),
      [],
    );
  });
});
