using System;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>A null is refused by the name of the parameter that the caller sees.</summary>
public sealed class MissingArgumentTests
{
    [Fact]
    public void Run_names_its_program()
    {
        Assert.Throws<ArgumentNullException>("main", () => Runtime.Run((Func<Future>)null!));
        Assert.Throws<ArgumentNullException>("main", () => Runtime.Run((Func<Future<int>>)null!));
        Assert.Throws<ArgumentNullException>("main", () => Runtime.Run((Func<Task>)null!));
        Assert.Throws<ArgumentNullException>("main", () => Runtime.Run((Func<Task<int>>)null!));
    }

    [Fact]
    public void BlockOn_names_the_future_or_the_task() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Assert.Throws<ArgumentNullException>("future", () => runtime.BlockOn((Func<Future>)null!));
        Assert.Throws<ArgumentNullException>("future", () => runtime.BlockOn((Func<Future<int>>)null!));
        Assert.Throws<ArgumentNullException>("task", () => runtime.BlockOn((Func<Task>)null!));
        Assert.Throws<ArgumentNullException>("task", () => runtime.BlockOn((Func<Task<int>>)null!));
    });

    [Fact]
    public void Spawn_names_the_future_or_the_task() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Assert.Throws<ArgumentNullException>("future", () => runtime.Spawn((Func<Future>)null!));
        Assert.Throws<ArgumentNullException>("future", () => runtime.Spawn((Func<Future<int>>)null!));
        Assert.Throws<ArgumentNullException>("task", () => runtime.Spawn((Func<Task>)null!));
        Assert.Throws<ArgumentNullException>("task", () => runtime.Handle.Spawn((Func<Task<int>>)null!));
        Assert.Throws<ArgumentNullException>("closure", () => runtime.SpawnBlocking((Action)null!));
        Assert.Throws<ArgumentNullException>("closure", () => runtime.Handle.SpawnBlocking((Func<int>)null!));
    });

    [Fact]
    public void The_ambient_verbs_do_so_too() => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        await Future.Completed;
        Assert.Throws<ArgumentNullException>("future", () => Kio.Spawn((Func<Future>)null!));
        Assert.Throws<ArgumentNullException>("task", () => Kio.Spawn((Func<Task<int>>)null!));
        Assert.Throws<ArgumentNullException>("future", () => Kio.Detach((Func<Future>)null!));
        Assert.Throws<ArgumentNullException>("task", () => Kio.Detach((Func<Task>)null!));
        Assert.Throws<ArgumentNullException>("closure", () => Kio.SpawnBlocking((Action)null!));
    });

    [Fact]
    public void Local_sets_do_so_too() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        Assert.Throws<ArgumentNullException>("future", () => set.SpawnLocal((Func<Future>)null!));
        Assert.Throws<ArgumentNullException>("task", () => set.SpawnLocal((Func<Task>)null!));
        Assert.Throws<ArgumentNullException>("future", () => set.BlockOn((Func<Future>)null!));
        Assert.Throws<ArgumentNullException>("runtime", () => set.BlockOn((Runtime)null!, Future.Completed));
    });
}
