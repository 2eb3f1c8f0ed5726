using Xunit.Sdk;
using Xunit.v3;

// Some tests use every core, and some count the allocated bytes of the process: one at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
