using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Kioto.Tests;

public sealed class FutureResultTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Nested_awaits_return_results(RuntimeKind kind) =>
        Runtimes.Run(kind, async () => Assert.Equal(1597, await Fibonacci(17)));

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Nested_awaits_over_suspensions_return_results(RuntimeKind kind) =>
        Runtimes.Run(kind, async () => Assert.Equal(55, await SuspendingSum(10)));

    [Fact]
    public void An_exception_before_any_suspension_reaches_the_awaiter() => Runtimes.Run(async () =>
    {
        FormatException exception = await Expect.Throws<FormatException>(async () => await Outer(suspend: false));
        Assert.Equal("innermost", exception.Message);
    });

    [Fact]
    public void The_stack_trace_names_every_level_without_suspension() => Runtimes.Run(async () =>
        AssertNamesLevels(await Expect.Throws<FormatException>(async () => await Outer(suspend: false))));

    [Fact]
    public void The_stack_trace_names_every_level_after_suspension() => Runtimes.Run(async () =>
        AssertNamesLevels(await Expect.Throws<FormatException>(async () => await Outer(suspend: true))));

    [Fact]
    public void The_stack_trace_crosses_a_join() => Runtimes.Run(async () =>
    {
        JoinHandle<int> handle = Kio.Spawn(() => Outer(suspend: true));
        AssertNamesLevels(await Expect.Throws<FormatException>(async () => await handle));
    });

    [Fact]
    public void The_stack_trace_crosses_BlockOn() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        AssertNamesLevels(Assert.Throws<FormatException>(() => runtime.BlockOn(Outer(suspend: true))));
    });

    [Fact]
    public void Finally_blocks_run_innermost_first() => Runtimes.Run(async () =>
    {
        List<int> order = [];
        await Expect.Throws<FormatException>(async () => await Cleanup(order, 3));
        Assert.Equal([0, 1, 2, 3], order);
    });

    [Fact]
    public void A_caught_exception_lets_the_method_go_on_awaiting() => Runtimes.Run(async () =>
    {
        int caught = 0;
        for (int i = 0; i < 100; i++)
        {
            try
            {
                await Outer(suspend: i % 2 == 0);
            }
            catch (FormatException)
            {
                caught++;
                await Kio.YieldNow();
            }
        }

        Assert.Equal(100, caught);
    });

    [Fact]
    public void Large_struct_results_and_locals_survive_suspension() => Runtimes.Run(async () =>
    {
        (long, long, long, string) result = await Large("end");
        Assert.Equal((1, 2, 3, "end"), result);
    });

    [Fact]
    public void A_generic_method_keeps_its_type_arguments_apart() => Runtimes.Run(async () =>
    {
        Assert.Equal(7, await Echo(7));
        Assert.Equal("seven", await Echo("seven"));
        Assert.Equal(7, (await Echo(new[] { 7 }))[0]);
    });

    [Fact]
    public void Future_methods_on_value_types_and_interfaces_work() => Runtimes.Run(async () =>
    {
        IAdder adder = new Adder(3);
        Assert.Equal(8, await adder.AddAsync(5));
    });

    [Fact]
    public void A_faulted_child_that_nobody_awaits_is_silent() => Runtimes.Run(async () =>
    {
#pragma warning disable KIO0001 // Nobody is to await it.
        _ = Outer(suspend: false);
#pragma warning restore KIO0001
        await Task.CompletedTask;
    });

    private static void AssertNamesLevels(Exception exception)
    {
        string trace = exception.StackTrace!;
        int innermost = trace.IndexOf(nameof(Innermost), StringComparison.Ordinal);
        int middle = trace.IndexOf(nameof(Middle), StringComparison.Ordinal);
        int outer = trace.IndexOf(nameof(Outer), StringComparison.Ordinal);
        Assert.True(innermost >= 0 && middle > innermost && outer > middle, trace);

        // Between them there is nothing of how futures are awaited.
        Assert.DoesNotContain("GetResult", trace[..outer], StringComparison.Ordinal);
        Assert.DoesNotContain("GetAwaited", trace[..outer], StringComparison.Ordinal);
    }

    private static async Future<int> Outer(bool suspend) => await Middle(suspend) + 1;

    private static async Future<int> Middle(bool suspend) => await Innermost(suspend) + 1;

    private static async Future<int> Innermost(bool suspend)
    {
        if (suspend)
        {
            await Kio.YieldNow();
        }

        throw new FormatException("innermost");
    }

    private static async Future Cleanup(List<int> order, int level)
    {
        try
        {
            await Kio.YieldNow();
            if (level == 0)
            {
                throw new FormatException();
            }

            await Cleanup(order, level - 1);
        }
        finally
        {
            await Kio.YieldNow();
            order.Add(level);
        }
    }

    private static async Future<int> Fibonacci(int n) => n < 2 ? n : await Fibonacci(n - 1) + await Fibonacci(n - 2);

    private static async Future<int> SuspendingSum(int n)
    {
        if (n == 0)
        {
            return 0;
        }

        await Kio.YieldNow();
        int rest = await SuspendingSum(n - 1);
        await Kio.YieldNow();
        return n + rest;
    }

    private static async Future<(long A, long B, long C, string D)> Large(string end)
    {
        (long, long, long, string) local = (1, 2, 3, end);
        await Kio.YieldNow();
        return local;
    }

    private static async Future<T> Echo<T>(T value)
    {
        await Kio.YieldNow();
        return value;
    }

    private interface IAdder
    {
        Future<int> AddAsync(int value);
    }

    private readonly struct Adder(int start) : IAdder
    {
        private readonly int _start = start;

        public async Future<int> AddAsync(int value)
        {
            await Kio.YieldNow();
            return _start + value;
        }
    }
}
