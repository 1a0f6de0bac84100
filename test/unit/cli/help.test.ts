import assert from 'node:assert/strict';
import { parseCommandLine } from '../../../extension/trainer/cli/commandLine';
import { commandTable } from '../../../extension/trainer/cli/commandTable';

function help(...argv: string[]): string {
  const request = parseCommandLine(argv);
  return request.kind === 'help' ? request.text : assert.fail(`${argv.join(' ')} gave no help`);
}

describe('help', () => {
  it('lists every command with its summary', () => {
    const text = help('--help').replace(/\s+/g, ' ');
    for (const { name, summary } of commandTable) {
      assert.ok(text.includes(name) && text.includes(summary), name);
    }
  });

  it('lists every option of a command with its default and choices', () => {
    for (const { name, options, positionals } of commandTable) {
      const text = help('help', name).replace(/\s+/g, ' ');
      for (const positional of positionals) assert.ok(text.includes(positional.description), positional.name);
      for (const [option, spec] of Object.entries(options)) {
        assert.ok(text.includes(`--${option}`), `${name} --${option}`);
        assert.ok(text.includes(spec.description), `${name} --${option}`);
        if (spec.default !== undefined) assert.ok(text.includes(`default ${spec.default}`), option);
        if (spec.choices) assert.ok(text.includes(spec.choices.join(', ')), option);
      }
    }
  });

  it('documents the exit codes everywhere', () => {
    for (const text of [help('--help'), help('help', 'run'), help('bench', '--help')]) {
      for (const code of ['0', '1', '2', '3', '4', '130, 143'])
        assert.match(text, new RegExp(`^  ${code} `, 'm'));
    }
  });

  it('is the same by every way of asking, and asks for no arguments first', () => {
    assert.equal(help('help'), help('--help'));
    assert.equal(help('-h'), help('--help'));
    assert.equal(help('run', '--help'), help('help', 'run'));
    assert.equal(help('check-step', '-h'), help('help', 'check-step'));
  });

  it('fits a terminal of 80 columns', () => {
    const texts = [help('--help'), ...commandTable.map(({ name }) => help('help', name))];
    for (const line of texts.join('\n').split('\n')) assert.ok(line.length <= 80, line);
  });
});
