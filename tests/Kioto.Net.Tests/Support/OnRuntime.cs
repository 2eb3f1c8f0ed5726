using System;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>Runs asynchronous test bodies on each kind of runtime.</summary>
internal static class OnRuntime
{
    /// <summary>Three workers, each with a scheduler of its own.</summary>
    internal const int PerCore = -3;

    /// <summary>Numbers of workers; 0 stands for a current-thread runtime, a negative one for a per-core runtime.</summary>
    public static TheoryData<int> Kinds => [0, 1, 2, 4, PerCore];

    /// <summary>Those that run tasks while nobody is in BlockOn.</summary>
    public static TheoryData<int> WithWorkers => [1, 2, 4, PerCore];

    internal static Runtime Build(int workers) => Builder(workers).Build();

    internal static RuntimeBuilder Builder(int workers) => Plain(workers).ForTests();

    private static RuntimeBuilder Plain(int workers) => workers switch
    {
        0 => Runtime.CreateCurrentThreadBuilder(),
        < 0 => Runtime.CreatePerCoreBuilder().WorkerThreads(-workers),
        _ => Runtime.CreateBuilder().WorkerThreads(workers),
    };

    /// <summary>Runs the body as a task of a new runtime.</summary>
    internal static void Run(int workers, Func<Future> body, int seconds = 20) =>
        Bounded.Run(
            () =>
            {
                using Runtime runtime = Build(workers);
                runtime.BlockOn(async () => await Kio.Spawn(body));
            },
            seconds);
}
