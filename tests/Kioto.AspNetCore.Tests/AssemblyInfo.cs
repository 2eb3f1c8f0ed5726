using Xunit.Sdk;
using Xunit.v3;

// Tests count descriptors, tasks and pool memory of the process: one at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
