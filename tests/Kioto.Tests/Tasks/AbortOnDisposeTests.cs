using System;
using static Kioto.Tests.GroupBodies;

namespace Kioto.Tests;

/// <summary>What tokio-util's abort_on_drop asks.</summary>
public sealed class AbortOnDisposeTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Disposing_aborts(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Event cleaned = new();
        Cleaning cleaning = new();
        using (AbortOnDispose<int> task = Kio.Spawn(cleaning.Run(cleaned.Set)).AbortOnDispose())
        {
            await cleaning.Begun(1);
            Assert.False(task.IsFinished);
        }

        await cleaned.WaitAsync();
        cleaning = new Cleaning();
        await using (AbortOnDispose<int> task = Kio.Spawn(cleaning.Run()).AbortOnDispose())
        {
            await cleaning.Begun(1);
        }

        Assert.Equal(1, cleaning.Cleaned);
    });

    [Fact]
    public void It_can_be_awaited_and_aborted() => Runtimes.Run(async () =>
    {
        using AbortOnDispose<int> result = Kio.Spawn(After(2, 5)).AbortOnDispose();
        Assert.Equal(5, await result);
        using AbortOnDispose done = Kio.Spawn(async () => await Kio.YieldNow()).AbortOnDispose();
        await done;
        using AbortOnDispose aborted = Kio.Spawn(Never).AbortOnDispose();
        aborted.Abort();
        Assert.True((await aborted.JoinAsync()).IsAborted);
        Assert.Equal(aborted.Id, aborted.AbortHandle.Id);
        Assert.Throws<InvalidOperationException>(() => default(JoinHandle).AbortOnDispose());
    });

    [Fact]
    public void Detached_it_lives_on() => Runtimes.Run(async () =>
    {
        Event go = new();
        JoinHandle<int> handle;
        JoinHandle plain;
        await using (AbortOnDispose<int> task = Kio.Spawn(async () => await go.WaitAsync()).AbortOnDispose())
        using (AbortOnDispose other = Kio.Spawn(Waits).AbortOnDispose())
        {
            handle = task.Detach();
            plain = other.Detach();
        }

        go.Set();
        Assert.Equal(0, await handle);
        await plain;

        async Future Waits() => await go.WaitAsync();
    });
}
