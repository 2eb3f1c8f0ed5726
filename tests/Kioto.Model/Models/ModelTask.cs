using System;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A task whose polls a model defines, and which knows what must not happen to a task.</summary>
internal sealed class ModelTask : TaskHeader
{
    private readonly Func<ModelTask, bool> _poll;
    private bool _polling;

    /// <param name="poll">One poll: whether the task has ended.</param>
    internal ModelTask(Func<ModelTask, bool> poll) => _poll = poll;

    internal int Polls { get; private set; }

    internal int Cancels { get; private set; }

    internal int Completions { get; private set; }

    /// <summary>Whether its unwinding has begun.</summary>
    internal bool IsUnwound => Cancelled;

    /// <summary>Whether its leaf can't be withdrawn, so that it is polled on while it unwinds.</summary>
    internal bool Stubborn { get; init; }

    /// <summary>What to do when it has ended, besides leaving the runtime.</summary>
    internal Action? Ended { get; init; }

    /// <summary>Whether a queue holds it; kept by a model's queue.</summary>
    internal bool Queued { get; set; }

    private bool Poll()
    {
        Assert.False(_polling);
        Assert.Equal(0, Completions);
        Assert.False(Queued);
        _polling = true;
        Polls++;
        bool ended = _poll(this);
        _polling = false;
        return ended;
    }

    private bool Withdraw()
    {
        Assert.False(_polling);
        Assert.Equal(1, ++Cancels);
        return !Stubborn;
    }

    /// <summary>A task that ends with its first poll.</summary>
    internal static ModelTask Once(Action body) => new(_ =>
    {
        body();
        return true;
    });

    private protected override bool BeginBody(Ambient ambient)
    {
        Suspend(new Leaf(this), null);
        return Resume(ambient);
    }

    private protected override void Complete(Ambient ambient)
    {
        Assert.Equal(1, ++Completions);
        Status.TransitionToComplete();
        if (Slot >= 0)
        {
            Scheduler.Unregister(this, ambient);
        }

        Ended?.Invoke();
    }

    private protected override void OnKilled() => Complete(Ambient.Current);

    private sealed class Leaf(ModelTask task) : ModelLeaf
    {
        internal override bool PollLeaf(Strand strand, Ambient ambient) => task.Poll();

        internal override bool CancelLeaf(Strand strand) => task.Withdraw();
    }
}
