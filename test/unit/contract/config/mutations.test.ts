import assert from 'node:assert/strict';
import { applyEdits, findNodeAtLocation, modify, parseTree } from 'jsonc-parser';
import { Check } from 'typebox/value';
import { type SchemaNode, schemaTree } from '../../../../extension/contract/config';
import { editsOfMend } from '../../../../extension/host/config/edits';
import { onlyProblem, problemsIn, textOf } from './texts';

interface Leaf {
  readonly path: readonly string[];
  readonly schema: SchemaNode;
}

function leavesOf(schema: SchemaNode, path: readonly string[] = []): Leaf[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
    child.type === 'object' ? leavesOf(child, [...path, name]) : [{ path: [...path, name], schema: child }],
  );
}

const wrongValues: readonly unknown[] = ['~', -1.5, true, { '~': 1 }, ['~'], null];

const leaves = leavesOf(schemaTree);

/** A valid config with `value` written at `path`, in a model that has the field. */
function mutated(path: readonly string[], value: unknown): string {
  const owners: Readonly<Record<string, string>> = {
    'model.width': 'preact-resnet-18',
    'model.blocks': 'preact-resnet-18',
    'model.layers': 'mlp',
  };
  const owner = owners[path.join('.')];
  const isImageField = path[0] === 'dataset' && (path[1] ?? '').startsWith('image');
  const valid = textOf({
    ...(owner === undefined ? {} : { model: { name: owner } }),
    ...(isImageField ? { dataset: { name: 'images', path: 'pictures', imageSize: 32 } } : {}),
  });
  const formattingOptions = { insertSpaces: true, tabSize: 2 };
  return applyEdits(valid, modify(valid, [...path], value, { formattingOptions }));
}

/** Line and column of `offset` the long way round: counting characters. */
function placeOf(text: string, offset: number): readonly [number, number] {
  let [line, column] = [1, 1];
  for (const character of text.slice(0, offset)) {
    if (character === '\n') [line, column] = [line + 1, 1];
    else column += 1;
  }
  return [line, column];
}

describe('A wrong value in any field', () => {
  for (const { path, schema } of leaves) {
    it(`${path.join('.')}: is one problem, at the value`, () => {
      const wrong = wrongValues.filter(value => !Check(schema, value));
      assert.ok(wrong.length >= 4);
      for (const value of wrong) {
        const text = mutated(path, value);
        const problem = onlyProblem(text);
        const tree = parseTree(text);
        const node = tree && findNodeAtLocation(tree, [...path]);
        assert.ok(node);
        // A list whose items are wrong is reported at the item.
        const item = Array.isArray(value) && schema.type === 'array' ? node.children?.[0] : undefined;
        const shown = item ?? node;
        assert.equal(problem.path, path.join('.') + (item === undefined ? '' : '[0]'));
        assert.deepEqual([problem.line, problem.column], placeOf(text, shown.offset), text);
        assert.equal(problem.length, shown.length);
        assert.match(problem.message, /^found .+; expected .+\.$/);
      }
    });

    it(`${path.join('.')}: a mend that is offered removes the problem`, () => {
      for (const value of wrongValues.filter(wrong => !Check(schema, wrong))) {
        const text = mutated(path, value);
        const { mend } = onlyProblem(text);
        if (mend === undefined) continue;
        assert.deepEqual(problemsIn(applyEdits(text, editsOfMend(text, mend))), []);
      }
    });
  }
});

describe('Mends', () => {
  const mended = (text: string) => {
    const { mend } = onlyProblem(text);
    assert.ok(mend);
    return applyEdits(text, editsOfMend(text, mend));
  };

  it('rename a misspelt property and leave its value, the comments and the layout', () => {
    const text = `{ // mine\n  ${textOf({}).slice(1, -1)},\n  "epoch": 3, // few\n}`;
    assert.equal(mended(text), text.replace('"epoch"', '"epochs"'));
  });

  it('write the name that was meant', () => {
    assert.equal(
      mended(textOf({ objective: { name: 'PGD_AT' } })),
      textOf({ objective: { name: 'pgd-at' } }),
    );
    assert.equal(
      mended(textOf({ model: { name: 'preactresnet18' } })),
      textOf({ model: { name: 'preact-resnet-18' } }),
    );
  });

  it('take the quotes from a number or a flag', () => {
    assert.equal(mended(textOf({ epochs: '10' })), textOf({ epochs: 10 }));
    assert.equal(
      mended(textOf({ compute: { allowSoftwareAdapter: 'True' } })),
      textOf({ compute: { allowSoftwareAdapter: true } }),
    );
  });

  it('add a missing section', () => {
    const text = '{\n  "dataset": { "name": "mnist" },\n  "model": { "name": "small-cnn" },\n}\n';
    assert.deepEqual(problemsIn(mended(text)), []);
  });
});
