using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Testing.Tests;

/// <summary>What makes a Kioto test fail, on the body that the attributes run.</summary>
public sealed class FailingTests
{
    [Theory]
    [InlineData(RuntimeFlavor.CurrentThread)]
    [InlineData(RuntimeFlavor.Local)]
    [InlineData(RuntimeFlavor.MultiThread)]
    [InlineData(RuntimeFlavor.PerCore)]
    public async Task What_the_method_throws(RuntimeFlavor flavor)
    {
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => Run(flavor, typeof(Future), static () => Throws()));
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => Run(flavor, typeof(Task), static () => ThrowsTask()));
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => Run(flavor, typeof(void), static () => throw new TimeZoneNotFoundException()));
    }

    [Theory]
    [InlineData(RuntimeFlavor.CurrentThread)]
    [InlineData(RuntimeFlavor.Local)]
    [InlineData(RuntimeFlavor.MultiThread)]
    [InlineData(RuntimeFlavor.PerCore)]
    public async Task A_task_that_is_alive_at_the_end(RuntimeFlavor flavor)
    {
        LeakedTasksException leak = await Assert.ThrowsAsync<LeakedTasksException>(() => Run(flavor, typeof(void), static () =>
        {
            _ = Kio.Spawn(() => Kio.Sleep(Timeout.InfiniteTimeSpan));
            return null;
        }));
        Assert.Equal(1, leak.Count);
        Assert.Contains("AllowLeakedTasks", leak.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RuntimeFlavor.CurrentThread)]
    [InlineData(RuntimeFlavor.Local)]
    [InlineData(RuntimeFlavor.MultiThread)]
    [InlineData(RuntimeFlavor.PerCore)]
    public async Task A_detached_task_that_failed(RuntimeFlavor flavor)
    {
        AggregateException failure = await Assert.ThrowsAsync<AggregateException>(() => Run(flavor, typeof(void), static () =>
        {
            Kio.Detach(Throws);
            return null;
        }));
        Assert.IsType<TimeZoneNotFoundException>(Assert.Single(failure.InnerExceptions));
    }

    [Fact]
    public async Task A_result_that_nobody_could_await()
    {
        await Assert.ThrowsAsync<NotSupportedException>(() => Run(RuntimeFlavor.CurrentThread, typeof(int), static () => 1));
    }

    private static async Future Throws()
    {
        await Kio.YieldNow();
        throw new TimeZoneNotFoundException();
    }

    private static async Task ThrowsTask()
    {
        await Task.Yield();
        throw new TimeZoneNotFoundException();
    }

    private static Task Run(RuntimeFlavor flavor, Type returns, Func<object?> method) =>
        KiotoTestBody.RunAsync(new KiotoFactAttribute { Flavor = flavor }, returns, method);
}
