using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto;

/// <summary>Exceptions out of line, so that the methods that may throw them stay small enough to inline.</summary>
internal static class Throw
{
    internal static InvalidOperationException PollIsPending() =>
        new("The poll is pending: it has no value. Test IsReady first.");

    [DoesNotReturn]
    internal static void AlreadyAwaited() =>
        throw new InvalidOperationException(
            "This future was already awaited or spawned. A future runs once: call the method again for a second one.");

    [DoesNotReturn]
    internal static void NotCompleted() =>
        throw new InvalidOperationException(
            "This future has not completed. Await it, or use Runtime.BlockOn to wait for it on a plain thread.");

    internal static InvalidOperationException NoRuntime(string what) => Scheduler.Flowing is { IsClosed: true }
        ? new RuntimeShutdownException($"{what}: the runtime that this code was spawned on has been shut down. Await this code before that is disposed.")
        : new InvalidOperationException($"{what}: no runtime is running on this thread. Call it inside Runtime.Run, Runtime.BlockOn or a " +
            "spawned task, or hold a runtime.Enter() guard.");

    internal static InvalidOperationException NoRuntimeForGroup(string what) =>
        new($"{what}: no runtime is running on this thread, and none was where this was made. Call it inside Runtime.BlockOn or a " +
            "spawned task, hold a runtime.Enter() guard, or say on which: SpawnOn(runtime.Handle, ...).");

    internal static FutureCancelledException Cancelled() => new();

    internal static InvalidOperationException NotTheWinner(int asked, int winner) =>
        new($"Arm {winner} won this Select: there is no result of arm {asked}. Test Index first: case {{ Index: {asked} }}.");
}
