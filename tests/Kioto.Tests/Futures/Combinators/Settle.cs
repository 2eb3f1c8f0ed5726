using System;
using System.Collections.Concurrent;

namespace Kioto.Tests;

/// <summary>What tests of combinators share.</summary>
internal static class Settle
{
    /// <summary>Runs the body on a current-thread runtime; what its tasks could throw nowhere is collected.</summary>
    internal static void Run(ConcurrentQueue<Exception> reports, Func<Future> body) =>
        Run(RuntimeKind.CurrentThread, reports, body);

    internal static void Run(RuntimeKind kind, ConcurrentQueue<Exception> reports, Func<Future> body) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(reports.Enqueue).Build();
        runtime.RunTask(body);
    });

    /// <summary>Lets the other tasks of a current-thread runtime run until they wait.</summary>
    internal static async Future Rounds(int rounds = 4)
    {
        for (int i = 0; i < rounds; i++)
        {
            await Kio.YieldNow();
        }
    }

    internal static void Throw(Exception failure) => throw failure;

    internal static async Future<int> Fails(int after, Exception failure)
    {
        await Rounds(after);
        throw failure;
    }
}

/// <summary>The failure that tests throw.</summary>
internal sealed class BoomException(int number = 0) : Exception($"Boom {number}.")
{
    internal int Number { get; } = number;
}
