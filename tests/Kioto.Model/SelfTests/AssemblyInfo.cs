using Xunit.Sdk;
using Xunit.v3;

// The threads of a model hand over to each other between two cores; a second model at the same time slows both.
[assembly: Parallelization(Mode = ParallelMode.None)]
