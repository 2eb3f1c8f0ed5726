using Xunit.Sdk;
using Xunit.v3;

// Listeners hear of every runtime of the process: one test at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
