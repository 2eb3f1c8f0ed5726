using System;
using System.Runtime.CompilerServices;

namespace Kioto.Tests;

/// <summary>Awaiters of .NET's types that throw: what a suspended frame that is let go finds in its state machine.</summary>
public sealed class ThrowingAwaiterTests
{
    [Fact]
    public void Awaiters_of_tasks_throw_what_they_are_given()
    {
        Assert.Throws<FormatException>(() => Make<TaskAwaiter>().GetResult());
        Assert.Throws<FormatException>(() => Make<TaskAwaiter<int>>().GetResult());
        Assert.Throws<FormatException>(() => Make<TaskAwaiter<string>>().GetResult());
        Assert.Throws<FormatException>(() => Make<TaskAwaiter<(long, string, decimal)>>().GetResult());
        Assert.Throws<FormatException>(() => Make<ConfiguredTaskAwaitable.ConfiguredTaskAwaiter>().GetResult());
        Assert.Throws<FormatException>(() => Make<ConfiguredTaskAwaitable<bool>.ConfiguredTaskAwaiter>().GetResult());
        Assert.Throws<FormatException>(() => Make<ConfiguredTaskAwaitable<object>.ConfiguredTaskAwaiter>().GetResult());
    }

    [Fact]
    public void Awaiters_of_value_tasks_throw_what_they_are_given()
    {
        Assert.Throws<FormatException>(() => Make<ValueTaskAwaiter>().GetResult());
        Assert.Throws<FormatException>(() => Make<ValueTaskAwaiter<bool>>().GetResult());
        Assert.Throws<FormatException>(() => Make<ValueTaskAwaiter<int>>().GetResult());
        Assert.Throws<FormatException>(() => Make<ValueTaskAwaiter<long>>().GetResult());
        Assert.Throws<FormatException>(() => Make<ValueTaskAwaiter<object>>().GetResult());
        Assert.Throws<FormatException>(() => Make<ValueTaskAwaiter<string>>().GetResult());
        Assert.Throws<FormatException>(() => Make<ValueTaskAwaiter<DateTime>>().GetResult());
        Assert.Throws<FormatException>(() => Make<ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter>().GetResult());
        Assert.Throws<FormatException>(() => Make<ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter>().GetResult());
        Assert.Throws<FormatException>(() => Make<ConfiguredValueTaskAwaitable<string>.ConfiguredValueTaskAwaiter>().GetResult());
    }

    [Fact]
    public void Others_cannot_be_made()
    {
        Assert.Null(TaskAwaiters.Throwing<YieldAwaitable.YieldAwaiter>(new FormatException()));
        Assert.Null(TaskAwaiters.Throwing<FutureAwaiter>(new FormatException()));
    }

    private static TAwaiter Make<TAwaiter>() => Assert.IsType<TAwaiter>(TaskAwaiters.Throwing<TAwaiter>(new FormatException()));
}
