// The tests of the webgpu engine's kernels on this machine's own GPU, without mocha: prints what passed and what did not.
// First, for it defines what the tests are written with.
import { runSuites } from './suites';
import '../../unit/engine/webgpu/batchNorm.test';
import '../../unit/engine/webgpu/convolutions.test';
import '../../unit/engine/webgpu/drawsBelow.test';
import '../../unit/engine/webgpu/fused.test';
import '../../unit/engine/webgpu/half.test';
import '../../unit/engine/webgpu/recordedAttacks.test';
import '../../unit/engine/webgpu/recordings.test';

process.exitCode = (await runSuites()) === 0 ? 0 : 1;
