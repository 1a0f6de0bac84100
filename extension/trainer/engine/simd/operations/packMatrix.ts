import { type Operation, shareOf } from '../operation';
import { padTo, panelColumns } from '../padding';

/**
 * Packs the right factor of products, [depth][columns] or, `transposed`, [columns][depth], in panels of 16 columns
 * [batch][panel][depth][16] with zeros beyond the columns.
 */
export const packMatrix: Operation<'matrix' | 'transposed' | 'batch' | 'depth' | 'columns' | 'panels'> = {
  name: 'packMatrix',
  fields: ['matrix', 'transposed', 'batch', 'depth', 'columns', 'panels'],
  parts: ({ batch, columns, depth }) => {
    const panels = Math.ceil(columns / panelColumns);
    return Math.min(batch * panels, Math.max(1, Math.ceil((batch * panels * depth) / 4096)), 1024);
  },
  run(kernels, args, part) {
    const { matrix, transposed, batch, depth, columns } = args;
    const panels = Math.ceil(columns / panelColumns);
    const [start, end] = shareOf(batch * panels, part, packMatrix.parts(args));
    for (let item = Math.floor(start / panels); item * panels < end; item++) {
      const first = Math.max(start - item * panels, 0);
      const last = Math.min(end - item * panels, panels);
      const source = matrix + 4 * item * depth * columns;
      const target = args.panels + 4 * item * depth * padTo(columns, panelColumns);
      if (transposed) kernels.packTransposedPanels(source, depth, columns, target, first, last);
      else kernels.packPanels(source, 4 * columns, depth, columns, target, depth, first, last);
    }
  },
  cost: ({ batch, depth, columns }) => ({ flops: 0, bytes: 8 * batch * depth * columns }),
  sample: { matrix: 4096, transposed: 1, batch: 2, depth: 37, columns: 21, panels: 65536 },
};
