using System;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>The natural call compiles and does the right thing; what would do another thing does not compile (Docs.Tests).</summary>
public sealed class OverloadTests
{
    [Fact]
    public void A_blocking_closure_may_only_throw() => Runtimes.Run(async () =>
    {
        await Expect.Throws<FormatException>(async () => await Kio.SpawnBlocking(() => throw new FormatException()));
        await Expect.Throws<FormatException>(async () => await RuntimeHandle.Current.SpawnBlocking(() => throw new FormatException()));
        JoinHandle<int> typed = Kio.SpawnBlocking<int>(() => throw new FormatException());
        await Expect.Throws<FormatException>(async () => await typed);
    });

    [Fact]
    public void Blocking_closures_with_and_without_a_result() => Runtimes.Run(async () =>
    {
        int calls = 0;
        await Kio.SpawnBlocking(() => { calls++; });
        await Kio.SpawnBlocking(Method);
        Action action = Method;
        await Kio.SpawnBlocking(action);
        Assert.Equal(4, await Kio.SpawnBlocking(() => ++calls));
        Assert.Equal(5, await Kio.SpawnBlocking(Function));
        Func<int> function = Function;
        Assert.Equal(6, await Kio.SpawnBlocking(function));
        Assert.Null(await Kio.SpawnBlocking<string?>(() => null));

        void Method() => calls++;

        int Function() => ++calls;
    });

    [Fact]
    public void A_spawned_delegate_may_only_throw() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Assert.Throws<FormatException>(() => runtime.BlockOn(() => throw new FormatException()));
        runtime.RunTask(async () =>
        {
            await Expect.Throws<FormatException>(async () => await Kio.Spawn(() => throw new FormatException()));
            await Expect.Throws<FormatException>(async () => await runtime.SpawnBlocking(() => throw new FormatException()));
        });
    });

    [Fact]
    public void Method_groups_spawn_what_they_return() => Runtimes.Run(async () =>
    {
        await Kio.Spawn(OfTask);
        Assert.Equal(1, await Kio.Spawn(OfTaskWithResult));
        await Kio.Spawn(OfFuture);
        Assert.Equal(2, await Kio.Spawn(OfFutureWithResult));

        static async Task OfTask() => await Task.Yield();

        static async Task<int> OfTaskWithResult()
        {
            await Task.Yield();
            return 1;
        }

        static async Future OfFuture() => await Kio.YieldNow();

        static async Future<int> OfFutureWithResult()
        {
            await Kio.YieldNow();
            return 2;
        }
    });
}
