using System;
using System.Collections.Generic;
using static Kioto.Tests.GroupBodies;

namespace Kioto.Tests;

/// <summary>Groups of tasks on a local set.</summary>
public sealed class JoinSetLocalTests
{
    [Fact]
    public void Tasks_of_a_local_set_are_joined() => InLocalSet(async local =>
    {
        await using JoinSet<int> set = new();
        List<int> seen = [];
        for (int i = 0; i < 8; i++)
        {
            int index = i;
            set.SpawnLocal(async () =>
            {
                await Kio.YieldNow();
                seen.Add(index);
                return index;
            });
        }

        set.SpawnLocalOn(local, After(1, 8));
        Assert.False(set.TryJoinNext(out _));
        Assert.Equal(9, (await set.JoinAllAsync()).Length);
        Assert.Equal(8, seen.Count);
    });

    [Fact]
    public void Shutdown_and_disposal_abort_them() => InLocalSet(async local =>
    {
        Cleaning cleaning = new();
        JoinSet<int> set = new();
        for (int i = 0; i < 8; i++)
        {
            set.SpawnLocal(cleaning.Run());
        }

        await cleaning.Begun(8);
        await set.ShutdownAsync();
        Assert.Equal(8, cleaning.Cleaned);
        set.SpawnLocalOn(local, cleaning.Run());
        await cleaning.Begun(9);
        set.Dispose();
        await Expect.Until(() => cleaning.Cleaned == 9);
    });

    [Fact]
    public void What_is_spawned_before_the_set_is_driven_runs_then() => Bounded.Run(() =>
    {
        using LocalSet local = new();
        JoinSet<int> set = new();
        for (int i = 0; i < 8; i++)
        {
            set.SpawnLocalOn(local, After(1, 1));
        }

        Assert.False(set.TryJoinNext(out _));
        local.BlockOn(async () => Assert.Equal(8, (await set.JoinAllAsync()).Length));
    });

    [Fact]
    public void Tasks_of_a_local_set_that_is_disposed_end_as_aborted() => Bounded.Run(() =>
    {
        JoinSet set = new();
        using (LocalSet local = new())
        {
            set.SpawnLocalOn(local, Never);
            local.BlockOn(async () => await Kio.YieldNow());
        }

        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        runtime.RunTask(async () => Assert.True((await set.JoinNextAsync())!.Value.IsAborted));
    });

    [Fact]
    public void A_scope_holds_local_children() => InLocalSet(async local =>
    {
        Cleaning cleaning = new();
        Exception failure = await Expect.Throws<NotSupportedException>(async () =>
        {
            await using TaskScope scope = TaskScope.Open();
            _ = scope.SpawnLocal(cleaning.Run());
            await cleaning.Begun(1);
            _ = scope.SpawnLocal(Fails("local"));
        });
        Assert.Equal("local", failure.Message);
        Assert.Equal(1, cleaning.Cleaned);
    });

    [Fact]
    public void Outside_a_local_set_spawning_says_so() => Runtimes.Run(() =>
    {
        JoinSet set = new();
        Exception failure = Assert.Throws<InvalidOperationException>(() => set.SpawnLocal(Never));
        Assert.Contains("JoinSet.SpawnLocal", failure.Message, StringComparison.Ordinal);
        return Future.Completed;
    });

    private static void InLocalSet(Func<LocalSet, Future> body) => Bounded.Run(() =>
    {
        using LocalSet local = new();
        local.BlockOn(async () => await body(local));
    });
}
