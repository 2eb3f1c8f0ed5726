namespace Kioto.Tests;

/// <summary>The schedulers that every guarantee of tasks is tested on.</summary>
public enum RuntimeKind
{
    CurrentThread,
    OneWorker,
    TwoWorkers,
    FourWorkers,
    PerCore,

    /// <summary>Not a Runtime, but it has the scheduler of one.</summary>
    LocalRuntime,

    /// <summary>Its tasks are spawned with SpawnLocal; those that the body spawns are the runtime's beside it.</summary>
    LocalSet,
}
