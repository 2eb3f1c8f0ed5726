using System;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>Runs asynchronous test bodies on each kind of runtime.</summary>
internal static class OnRuntime
{
    /// <summary>Numbers of workers; 0 stands for a current-thread runtime.</summary>
    public static TheoryData<int> Kinds => [0, 1, 2, 4];

    internal static Runtime Build(int workers) =>
        (workers == 0 ? Runtime.CreateCurrentThreadBuilder() : Runtime.CreateBuilder().WorkerThreads(workers)).ForTests().Build();

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
