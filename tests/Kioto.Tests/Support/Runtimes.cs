using System;

namespace Kioto.Tests;

/// <summary>Makes runtimes, and runs test bodies on them within the time limit.</summary>
public static class Runtimes
{
    public static TheoryData<RuntimeKind> All => [.. Kinds];

    /// <summary>Those of which <see cref="Create"/> makes what they say.</summary>
    internal static RuntimeKind[] Kinds =>
        [RuntimeKind.CurrentThread, RuntimeKind.OneWorker, RuntimeKind.TwoWorkers, RuntimeKind.FourWorkers, RuntimeKind.PerCore];

    /// <summary>All, a LocalRuntime and a LocalSet: for what <see cref="Run(RuntimeKind, Func{Future})"/> runs.</summary>
    public static TheoryData<RuntimeKind> Everywhere => [.. Kinds, RuntimeKind.LocalRuntime, RuntimeKind.LocalSet];

    public static TheoryData<RuntimeKind> MultiThread =>
        [RuntimeKind.OneWorker, RuntimeKind.TwoWorkers, RuntimeKind.FourWorkers];

    /// <summary>Those that run tasks while nobody is in BlockOn.</summary>
    public static TheoryData<RuntimeKind> WithWorkers =>
        [RuntimeKind.OneWorker, RuntimeKind.TwoWorkers, RuntimeKind.FourWorkers, RuntimeKind.PerCore];

    internal static RuntimeBuilder Builder(RuntimeKind kind) => Plain(kind).ForTests();

    internal static Runtime Create(RuntimeKind kind) => Builder(kind).Build();

    /// <summary>Runs the body as a task of a fresh runtime, or of a local set that one drives.</summary>
    internal static void Run(RuntimeKind kind, Func<Future> body) => Bounded.Run(() =>
    {
        if (kind == RuntimeKind.LocalRuntime)
        {
            using LocalRuntime local = Builder(kind).BuildLocal();
            local.BlockOn(async () => await local.SpawnLocal(body));
            return;
        }

        using Runtime runtime = Create(kind);
        if (kind == RuntimeKind.LocalSet)
        {
            using LocalSet set = new();
            set.BlockOn(runtime, async () => await Kio.SpawnLocal(body));
            return;
        }

        RunTask(runtime, body);
    });

    /// <summary>Runs the body as a task of a fresh runtime with two workers.</summary>
    internal static void Run(Func<Future> body) => Run(RuntimeKind.TwoWorkers, body);

    /// <summary>Runs the body as a task of the runtime, on whatever thread polls its tasks.</summary>
    internal static void RunTask(this Runtime runtime, Func<Future> body) =>
        runtime.BlockOn(async () => await runtime.Spawn(body));

    /// <summary>With all defaults: also with time slices.</summary>
    internal static RuntimeBuilder Plain(RuntimeKind kind) => kind switch
    {
        RuntimeKind.CurrentThread or RuntimeKind.LocalRuntime or RuntimeKind.LocalSet => Runtime.CreateCurrentThreadBuilder(),
        RuntimeKind.OneWorker => Runtime.CreateBuilder().WorkerThreads(1),
        RuntimeKind.TwoWorkers => Runtime.CreateBuilder().WorkerThreads(2),
        RuntimeKind.PerCore => Runtime.CreatePerCoreBuilder().WorkerThreads(3),
        _ => Runtime.CreateBuilder().WorkerThreads(4),
    };
}
