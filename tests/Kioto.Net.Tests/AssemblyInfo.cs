using Xunit.Sdk;
using Xunit.v3;

// Tests count descriptors, context switches and allocated bytes of the process: one at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
